/** Reef's tools, as its catalogue has them; a test keeps the two equal. OpenClaw has a “memory_search” of its own. */
export const toolList = [
  {
    name: "session_list",
    description:
      "Lists the sessions of all bots, newest activity first: id, title, bot, state. Use it to find whom to write to.",
    parameters: {
      type: "object",
      properties: {
        query: {
          description: "Words of the title to look for.",
          type: "string",
        },
      },
      additionalProperties: false,
    },
  },
  {
    name: "session_send",
    description:
      "Sends a message to another session. It is delivered for certain and handled in that session's own time; the answer, if it comes, arrives here as a message.",
    parameters: {
      type: "object",
      properties: {
        to: {
          type: "string",
          minLength: 1,
          description: "A session's id or title, or a bot's name.",
        },
        text: {
          type: "string",
          minLength: 1,
          maxLength: 1000000,
        },
      },
      required: ["to", "text"],
      additionalProperties: false,
    },
  },
  {
    name: "session_spawn",
    description:
      "Starts a sub-agent: a new session that works on the task by itself. Its result arrives here as a message when it is done; use session_wait to wait for it within this turn.",
    parameters: {
      type: "object",
      properties: {
        task: {
          type: "string",
          minLength: 1,
          maxLength: 1000000,
          description: "Everything the sub-agent needs to know.",
        },
        bot: {
          description: "Name or id of the bot that is to do it; this bot when absent.",
          type: "string",
          minLength: 1,
        },
        title: {
          type: "string",
          minLength: 1,
          maxLength: 200,
        },
      },
      required: ["task"],
      additionalProperties: false,
    },
  },
  {
    name: "session_read",
    description: "Reads the newest entries of a session's transcript.",
    parameters: {
      type: "object",
      properties: {
        session: {
          type: "string",
          minLength: 1,
          description: "A session's id or title, or a bot's name.",
        },
        limit: {
          default: 20,
          type: "integer",
          minimum: 1,
          maximum: 100,
        },
        before: {
          description: "Only entries before this sequence number, to page back.",
          type: "integer",
          minimum: 1,
          maximum: 9007199254740991,
        },
      },
      required: ["session"],
      additionalProperties: false,
    },
  },
  {
    name: "session_wait",
    description:
      "Waits until other sessions have dealt with what this session sent them (messages and spawned tasks), and gives their answers.",
    parameters: {
      type: "object",
      properties: {
        for: {
          description: "Message ids, or sessions by id, title or bot name; all spawned tasks when absent.",
          anyOf: [
            {
              type: "string",
              minLength: 1,
            },
            {
              maxItems: 50,
              type: "array",
              items: {
                type: "string",
                minLength: 1,
              },
            },
          ],
        },
        timeoutSeconds: {
          default: 600,
          type: "number",
          minimum: 1,
          maximum: 86400,
        },
      },
      additionalProperties: false,
    },
  },
  {
    name: "ask_person",
    description:
      "Asks the person you work for a question and waits for the answer, however long it takes. Only for what you cannot decide or find out yourself.",
    parameters: {
      type: "object",
      properties: {
        question: {
          type: "string",
          minLength: 1,
          maxLength: 20000,
        },
        options: {
          default: [],
          description: "Answers to choose from.",
          maxItems: 20,
          type: "array",
          items: {
            type: "string",
            minLength: 1,
            maxLength: 500,
          },
        },
        freeText: {
          default: true,
          description: "Whether the person may answer in other words than the options.",
          type: "boolean",
        },
      },
      required: ["question"],
      additionalProperties: false,
    },
  },
  {
    name: "schedule_create",
    description:
      "Plans a message to yourself in this session: once, at intervals, or by a cron pattern. Give exactly one of inMinutes, at, everyMinutes, cron.",
    parameters: {
      type: "object",
      properties: {
        text: {
          type: "string",
          minLength: 1,
          maxLength: 20000,
          description: "What you are to be told then. You will not remember why: say it.",
        },
        name: {
          type: "string",
          minLength: 1,
          maxLength: 200,
        },
        inMinutes: {
          description: "Once, so many minutes from now.",
          type: "number",
          minimum: 1,
          maximum: 527040,
        },
        at: {
          description: "Once, at this time, such as 2026-01-31T09:00:00+01:00.",
          type: "string",
          format: "date-time",
          pattern:
            "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|([+-](?:[01]\\d|2[0-3]):[0-5]\\d)))$",
        },
        everyMinutes: {
          description: "Again and again, so many minutes apart.",
          type: "integer",
          minimum: 1,
          maximum: 527040,
        },
        cron: {
          description: "Again and again, by a cron pattern of five parts, such as “0 9 * * 1-5”.",
          type: "string",
        },
        timeZone: {
          description: "Of the cron pattern, such as Europe/Berlin; UTC when absent.",
          type: "string",
        },
      },
      required: ["text"],
      additionalProperties: false,
    },
  },
  {
    name: "schedule_list",
    description: "Lists the schedules of your sessions: id, name, when, next time, state, who made it, and its text.",
    parameters: {
      type: "object",
      properties: {},
      additionalProperties: false,
    },
  },
  {
    name: "schedule_cancel",
    description: "Cancels a schedule that you made, by its id or name. What it sent before stays.",
    parameters: {
      type: "object",
      properties: {
        schedule: {
          type: "string",
          minLength: 1,
          description: "Its id (sch_…) or its name.",
        },
      },
      required: ["schedule"],
      additionalProperties: false,
    },
  },
  {
    name: "report_result",
    description:
      "For a session that was given a task by another: reports the task's result. The last report of the turn counts; without one, your last words do.",
    parameters: {
      type: "object",
      properties: {
        text: {
          type: "string",
          minLength: 1,
          maxLength: 1000000,
          description: "The whole result.",
        },
      },
      required: ["text"],
      additionalProperties: false,
    },
  },
  {
    name: "memory_save",
    description:
      "Remembers something beyond this session: a fact about the person or the work, a decision, a preference. One thing in one plain sentence that makes sense without this conversation.",
    parameters: {
      type: "object",
      properties: {
        text: {
          type: "string",
          minLength: 1,
          maxLength: 4000,
        },
        kind: {
          default: "fact",
          type: "string",
          enum: ["fact", "note"],
        },
        importance: {
          default: 0.5,
          type: "number",
          minimum: 0,
          maximum: 1,
        },
        expiresInDays: {
          description: "For what stops mattering by itself.",
          type: "number",
          exclusiveMinimum: 0,
          maximum: 3650,
        },
      },
      required: ["text"],
      additionalProperties: false,
    },
  },
  {
    name: "reef_memory_search",
    description:
      "Searches your memory: what you saved, what was said in your sessions, and what other bots let you read. Ask in plain words; times such as “last week” are understood.",
    parameters: {
      type: "object",
      properties: {
        query: {
          type: "string",
          minLength: 1,
          maxLength: 2000,
        },
        k: {
          default: 8,
          type: "integer",
          minimum: 1,
          maximum: 30,
        },
        asOf: {
          description: "What held at that time, in place of now.",
          type: "string",
          format: "date-time",
          pattern:
            "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|([+-](?:[01]\\d|2[0-3]):[0-5]\\d)))$",
        },
      },
      required: ["query"],
      additionalProperties: false,
    },
  },
  {
    name: "memory_update",
    description: "Replaces a memory that is no longer true. The old one is kept as the past.",
    parameters: {
      type: "object",
      properties: {
        id: {
          type: "string",
          minLength: 1,
          description: "The memory's id, as memory_search gave it.",
        },
        text: {
          type: "string",
          minLength: 1,
          maxLength: 4000,
        },
      },
      required: ["id", "text"],
      additionalProperties: false,
    },
  },
  {
    name: "memory_forget",
    description: "Forgets one memory: by its id, or the one that fits a description best.",
    parameters: {
      type: "object",
      properties: {
        id: {
          type: "string",
          minLength: 1,
        },
        query: {
          type: "string",
          minLength: 1,
          maxLength: 2000,
        },
      },
      additionalProperties: false,
    },
  },
];
