/** Made by scripts/tool-lists.ts from the catalogue of tools: change the tool, then run `npm run build`. */
export const toolList = [
  {
    "name": "session_list",
    "reefName": "session_list",
    "description": "Lists the sessions of all bots, newest activity first: id, title, bot, state. Use it to find a session to write to.",
    "parameters": {
      "type": "object",
      "properties": {
        "query": {
          "type": "string",
          "description": "Words to look for in the title."
        }
      }
    }
  },
  {
    "name": "session_send",
    "reefName": "session_send",
    "description": "Sends a message to another session. It is always delivered, and that session handles it in its own time; an answer, if there is one, arrives here as a message.",
    "parameters": {
      "type": "object",
      "properties": {
        "to": {
          "type": "string",
          "description": "A session's id or title, or a bot's name."
        },
        "text": {
          "type": "string",
          "description": "At most 1,000,000 characters."
        }
      },
      "required": [
        "to",
        "text"
      ]
    }
  },
  {
    "name": "session_spawn",
    "reefName": "session_spawn",
    "description": "Starts a sub-agent: a new session that works on the task on its own. Its result arrives here as a message when it is done; use session_wait to wait for it within this turn.",
    "parameters": {
      "type": "object",
      "properties": {
        "task": {
          "type": "string",
          "description": "Everything the sub-agent needs to know. At most 1,000,000 characters."
        },
        "bot": {
          "type": "string",
          "description": "Name or id of the bot that does it; this bot by default."
        },
        "title": {
          "type": "string",
          "description": "At most 200 characters."
        },
        "resultSchema": {
          "type": "string",
          "description": "A JSON Schema, as text: the result must be JSON that fits it. It is checked. At most 20,000 characters."
        },
        "evidence": {
          "type": "array",
          "description": "What must be true when the result is reported, each checked: file: PATH, command: COMMAND (ends with exit code 0), link: URL (answers), person: QUESTION (a person says yes). At most 10 items.",
          "items": {
            "type": "string",
            "description": "At most 4,100 characters."
          }
        }
      },
      "required": [
        "task"
      ]
    }
  },
  {
    "name": "session_read",
    "reefName": "session_read",
    "description": "Reads the newest entries of a session's transcript.",
    "parameters": {
      "type": "object",
      "properties": {
        "session": {
          "type": "string",
          "description": "A session's id or title, or a bot's name."
        },
        "limit": {
          "type": "integer",
          "description": "From 1 to 100; 20 when left out."
        },
        "before": {
          "type": "integer",
          "description": "Only entries before this sequence number, to page back. At least 1."
        }
      },
      "required": [
        "session"
      ]
    }
  },
  {
    "name": "session_wait",
    "reefName": "session_wait",
    "description": "Waits until other sessions have dealt with what this session sent them (messages and spawned tasks), and returns their answers.",
    "parameters": {
      "type": "object",
      "properties": {
        "for": {
          "type": "array",
          "description": "Message ids, or sessions by id, title or bot name; all spawned tasks by default. A text is also accepted.",
          "items": {
            "type": "string"
          }
        },
        "timeoutSeconds": {
          "type": "number",
          "description": "From 1 to 86,400; 600 when left out."
        }
      }
    }
  },
  {
    "name": "ask_person",
    "reefName": "ask_person",
    "description": "Asks the person you work for a question and waits for the answer, however long it takes. Use it only for what you cannot decide or find out yourself.",
    "parameters": {
      "type": "object",
      "properties": {
        "question": {
          "type": "string",
          "description": "At most 20,000 characters."
        },
        "options": {
          "type": "array",
          "description": "Answers to choose from. At most 20 items.",
          "items": {
            "type": "string",
            "description": "At most 500 characters."
          }
        },
        "freeText": {
          "type": "boolean",
          "description": "Whether the person may answer in their own words instead of picking an option. True when left out."
        },
        "deadlineMinutes": {
          "type": "integer",
          "description": "After this many minutes without an answer, go on with the default. Without it, the wait has no end. From 1 to 525,600."
        },
        "default": {
          "type": "string",
          "description": "The answer that counts if nobody answers before the deadline. At most 500 characters."
        }
      },
      "required": [
        "question"
      ]
    }
  },
  {
    "name": "attachment_read",
    "reefName": "attachment_read",
    "description": "Reads a text file that was attached to a message or a result in this session, from a position on. Its id is given where the file is named.",
    "parameters": {
      "type": "object",
      "properties": {
        "id": {
          "type": "string",
          "description": "The file's id."
        },
        "from": {
          "type": "integer",
          "description": "Position of the first character to read. At least 0; 0 when left out."
        }
      },
      "required": [
        "id"
      ]
    }
  },
  {
    "name": "schedule_create",
    "reefName": "schedule_create",
    "description": "Plans a message to yourself in this session: once, at intervals, or by a cron pattern. Give exactly one of inMinutes, at, everyMinutes, cron.",
    "parameters": {
      "type": "object",
      "properties": {
        "text": {
          "type": "string",
          "description": "The message you will get then. You will not remember the reason, so include it. At most 20,000 characters."
        },
        "name": {
          "type": "string",
          "description": "At most 200 characters."
        },
        "inMinutes": {
          "type": "number",
          "description": "Once, this many minutes from now. From 1 to 527,040."
        },
        "at": {
          "type": "string",
          "description": "Once, at this time, such as 2026-01-31T09:00:00+01:00. A date and time in ISO 8601."
        },
        "everyMinutes": {
          "type": "integer",
          "description": "Repeatedly, this many minutes apart. From 1 to 527,040."
        },
        "cron": {
          "type": "string",
          "description": "Repeatedly, by a cron pattern of five parts, such as “0 9 * * 1-5”."
        },
        "timeZone": {
          "type": "string",
          "description": "The time zone of the cron pattern, such as Europe/Berlin; UTC by default."
        }
      },
      "required": [
        "text"
      ]
    }
  },
  {
    "name": "schedule_list",
    "reefName": "schedule_list",
    "description": "Lists the schedules of your sessions: id, name, when, next time, state, who made it, and its text.",
    "parameters": {
      "type": "object",
      "properties": {}
    }
  },
  {
    "name": "schedule_cancel",
    "reefName": "schedule_cancel",
    "description": "Cancels a schedule that you made, by its id or name. What it sent before stays.",
    "parameters": {
      "type": "object",
      "properties": {
        "schedule": {
          "type": "string",
          "description": "Its id (sch_…) or its name."
        }
      },
      "required": [
        "schedule"
      ]
    }
  },
  {
    "name": "plan_update",
    "reefName": "plan_update",
    "description": "For work of several steps: writes down your plan, which people see as a checklist. Give the whole plan each time; update it when a step begins or is done.",
    "parameters": {
      "type": "object",
      "properties": {
        "steps": {
          "type": "array",
          "description": "At most 50 items.",
          "items": {
            "type": "object",
            "properties": {
              "text": {
                "type": "string",
                "description": "What is done, in a few words. At most 300 characters."
              },
              "state": {
                "type": "string",
                "enum": [
                  "open",
                  "doing",
                  "done",
                  "dropped"
                ]
              }
            },
            "required": [
              "text",
              "state"
            ]
          }
        }
      },
      "required": [
        "steps"
      ]
    }
  },
  {
    "name": "task_list",
    "reefName": "task_list",
    "description": "Lists tasks, the most urgent first: id, name, status, priority, criteria met, title. Use task_read for the whole of one.",
    "parameters": {
      "type": "object",
      "properties": {
        "status": {
          "type": "string",
          "description": "Only those with this status.",
          "enum": [
            "pending",
            "in_progress",
            "blocked",
            "partial",
            "done",
            "failed",
            "cancelled"
          ]
        },
        "mine": {
          "type": "boolean",
          "description": "True: only those that are assigned to you."
        },
        "query": {
          "type": "string",
          "description": "Words of the title, name or labels. At most 200 characters."
        }
      }
    }
  },
  {
    "name": "task_read",
    "reefName": "task_read",
    "description": "Shows one task: its text, its criteria with their numbers and evidence, its parts and its latest result.",
    "parameters": {
      "type": "object",
      "properties": {
        "task": {
          "type": "string",
          "description": "Its id, or its name such as TASK-123. At most 300 characters."
        }
      },
      "required": [
        "task"
      ]
    }
  },
  {
    "name": "task_update",
    "reefName": "task_update",
    "description": "Changes a task that is yours, or nobody's: ticks criteria, each with the evidence for it, or sets its status. A task that was given to this session ends with report_result.",
    "parameters": {
      "type": "object",
      "properties": {
        "task": {
          "type": "string",
          "description": "Its id, or its name such as TASK-123. At most 300 characters."
        },
        "ticks": {
          "type": "array",
          "description": "At most 300 items.",
          "items": {
            "type": "object",
            "properties": {
              "n": {
                "type": "integer",
                "description": "The number of the criterion. From 1 to 300."
              },
              "done": {
                "type": "boolean",
                "description": "False takes the tick away."
              },
              "evidence": {
                "type": "string",
                "description": "What shows that it is met. At most 2,000 characters."
              }
            },
            "required": [
              "n"
            ]
          }
        },
        "status": {
          "type": "string",
          "enum": [
            "pending",
            "in_progress",
            "blocked",
            "partial",
            "done",
            "failed",
            "cancelled"
          ]
        }
      },
      "required": [
        "task"
      ]
    }
  },
  {
    "name": "task_create",
    "reefName": "task_create",
    "description": "Creates a task for later, in the topic of this session. It isn't started: a person assigns it.",
    "parameters": {
      "type": "object",
      "properties": {
        "title": {
          "type": "string",
          "description": "At most 300 characters."
        },
        "text": {
          "type": "string",
          "description": "Everything that is needed to do it. At most 20,000 characters."
        },
        "criteria": {
          "type": "array",
          "description": "What must be true when it is done, each by itself checkable. At most 50 items.",
          "items": {
            "type": "string",
            "description": "At most 1,000 characters."
          }
        },
        "priority": {
          "type": "string",
          "enum": [
            "critical",
            "high",
            "medium",
            "low"
          ]
        },
        "parent": {
          "type": "string",
          "description": "The id or name of the task that it is a part of. At most 300 characters."
        }
      },
      "required": [
        "title"
      ]
    }
  },
  {
    "name": "report_result",
    "reefName": "report_result",
    "description": "For a session that was given a task by another, or from the board of tasks: reports the task's result. The last report of the turn counts; without one, your final answer does.",
    "parameters": {
      "type": "object",
      "properties": {
        "text": {
          "type": "string",
          "description": "The whole result. At most 1,000,000 characters."
        }
      },
      "required": [
        "text"
      ]
    }
  },
  {
    "name": "memory_save",
    "reefName": "memory_save",
    "description": "Remembers something beyond this session: a fact about the person or the work, a decision, a preference. One thing in one plain sentence that makes sense without this conversation.",
    "parameters": {
      "type": "object",
      "properties": {
        "text": {
          "type": "string",
          "description": "At most 4,000 characters."
        },
        "kind": {
          "type": "string",
          "description": "\"fact\" when left out.",
          "enum": [
            "fact",
            "note"
          ]
        },
        "importance": {
          "type": "number",
          "description": "From 0 to 1; 0.5 when left out."
        },
        "expiresInDays": {
          "type": "number",
          "description": "For what stops mattering after some days. More than 0 and at most 3,650."
        }
      },
      "required": [
        "text"
      ]
    }
  },
  {
    "name": "reef_memory_search",
    "reefName": "memory_search",
    "description": "Searches your memory: what you saved, what was said in your sessions, and what other bots let you read. Ask in plain words; times such as “last week” are understood.",
    "parameters": {
      "type": "object",
      "properties": {
        "query": {
          "type": "string",
          "description": "At most 2,000 characters."
        },
        "k": {
          "type": "integer",
          "description": "From 1 to 30; 8 when left out."
        },
        "asOf": {
          "type": "string",
          "description": "What was true at that time, instead of now. A date and time in ISO 8601."
        }
      },
      "required": [
        "query"
      ]
    }
  },
  {
    "name": "memory_update",
    "reefName": "memory_update",
    "description": "Replaces a memory that is no longer true. The old one is kept as history.",
    "parameters": {
      "type": "object",
      "properties": {
        "id": {
          "type": "string",
          "description": "The memory's id, as memory_search gave it."
        },
        "text": {
          "type": "string",
          "description": "At most 4,000 characters."
        }
      },
      "required": [
        "id",
        "text"
      ]
    }
  },
  {
    "name": "memory_forget",
    "reefName": "memory_forget",
    "description": "Forgets one memory: by its id, or the one that best matches a description.",
    "parameters": {
      "type": "object",
      "properties": {
        "id": {
          "type": "string"
        },
        "query": {
          "type": "string",
          "description": "At most 2,000 characters."
        }
      }
    }
  },
  {
    "name": "skill_read",
    "reefName": "skill_read",
    "description": "Reads a skill: instructions for a kind of task, with files that belong to it. Without a path it returns the instructions and the list of files; without a name, the list of your skills.",
    "parameters": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string",
          "description": "The skill's name. At most 100 characters."
        },
        "path": {
          "type": "string",
          "description": "One of its files; the instructions if left out. At most 300 characters."
        }
      }
    }
  }
];
