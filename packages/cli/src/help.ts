/** Holds the text that `reef help` prints. */
export const help = `reef: a persistent home for many bots. In its folder: npm run reef -- COMMAND

  reef status                      what is running
  reef bots                        the bots, with their state
  reef workers                     the processes that run the bots: state, version, load, turns
  reef send SESSION TEXT           a message to a session, by id or title; --file PATH attaches a file,
                                   as often as needed
  reef stop [ID] [--reason WORDS]  stop everything, or one bot, session (--tree: its whole tree) or turn,
                                   and hold it until resumed; --no-hold stops only what runs now
  reef resume [ID]                 let it go on; without an ID, everything that is held
  reef budgets                     the budgets, with what is spent of each
  reef budgets set SCOPE PERIOD    set one: SCOPE is “everything”, a bot's name, or an id (--tree: a session
                                   with all below it), PERIOD is day, month or total; --usd N, --tokens N,
                                   --warn PERCENT
  reef budgets raise ID            raise its limit, with --usd N or --tokens N: what waits goes on
  reef budgets delete ID           delete it: what waits goes on
  reef audit verify                whether the audit is whole; prints the hash of its newest line
  reef providers                   where models come from, the default models, and what waits for one
                                   that is down
  reef retry MODEL                 try everything again that waits for this model, or failed because of it
  reef roots                       connected folders of a BlackBox5; add FOLDER connects one, show NAME says
                                   what was found and what couldn't be read, scan NAME, remove NAME;
                                   learn NAME --bot BOT brings decisions and learnings into its memory
  reef tasks [WORDS]               tasks, the most urgent first; --status STATUS, --bot NAME; show TASK,
                                   add TITLE, status TASK STATUS, assign TASK BOT [--reason NOTE]
  reef models [WORDS]              every provider's models, and what each can do
  reef agent-memory import FOLDER  BlackBox5's AgentMemory of one agent or of all in FOLDER, each into the bot of
                                   its name (--bot NAME: into that one)
  reef agent-memory export BOT --to FOLDER
                                   a bot's memory as files that BlackBox5's AgentMemory loads
  reef mcp                         Reef's tools and resources for an MCP client, on stdin and stdout;
                                   --bot NAME acts as that bot, --session NAME says for which session
  reef migrate --to PLACE          move everything to another store, while Reef runs and with a short stop at
                                   the end: a database (postgres://USER@HOST/DATABASE), “sqlite” (the
                                   folder REEF_DATA), or a folder; the same command goes on after a break
  reef migrate --reopen PLACE      let Reef start again where it has moved away from
  reef openclaw connect            connect an OpenClaw on this machine: shows every change to its
                                   configuration with the reason, asks, backs up, writes
  reef openclaw disconnect         undo exactly those changes
  reef openclaw status             whether Reef reaches each gateway and the plugin there reaches
                                   Reef; if not, why and what to do

  --url URL                        Reef's address (http://127.0.0.1:18900, or REEF_URL)
  --token-file FILE                Reef's token (the file “token” in REEF_DATA; or REEF_TOKEN)
  --config FILE                    OpenClaw's configuration (~/.openclaw/openclaw.json)
  --gateway-url URL                the gateway's address (from its configuration)
  --gateway-token-env NAME         a variable with the gateway's token, of this shell or of Reef's settings
  --name NAME                      what Reef calls the gateway (openclaw)
  --bot NAME                       which bot “reef mcp” acts as (without it: as the owner)
  --session NAME                   that bot's session, by id or any name
  --from PLACE                     what “reef migrate” moves (where Reef lives by its settings)
  --plugin FOLDER                  Reef's plugin, if it is not next to this command
  --dry-run                        show, and change nothing
  --yes                            do not ask
`;
