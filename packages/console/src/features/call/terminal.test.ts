/** Tests that a terminal's output keeps its colours and nothing else of its codes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readTerminal } from "./terminal.ts";

const esc = "\u001b";
const textOf = (text: string) =>
  readTerminal(text)
    .pieces.map((piece) => piece.text)
    .join("");

test("colours and styles are kept, as names", () => {
  const { pieces } = readTerminal(`${esc}[31;1mred${esc}[0m plain ${esc}[42mon green${esc}[0m`);
  expect(pieces).toMatchObject([
    { text: "red", fg: "red", bg: null, style: "bold" },
    { text: " plain ", fg: null },
    { text: "on green", bg: "green" },
  ]);
});

test("colours of 256 and of 16 million become the nearest of the eight", () => {
  const fg = (code: string) => readTerminal(`${esc}[${code}mx`).pieces[0]?.fg;
  expect(fg("38;5;196")).toBe("red");
  expect(fg("38;5;46")).toBe("green");
  expect(fg("38;5;244")).toBe("white");
  expect(fg("38;2;30;60;250")).toBe("blue");
  expect(fg("94")).toBe("blue");
});

test("titles, links, cursor moves and other codes leave nothing behind", () => {
  expect(textOf(`a${esc}]0;title\u0007b`)).toBe("ab");
  expect(textOf(`${esc}]8;;https://x.example${esc}\\link${esc}]8;;${esc}\\`)).toBe("link");
  expect(textOf(`${esc}[2J${esc}[1;1Htop${esc}[K${esc}[?25l${esc}(B${esc}7end`)).toBe("topend");
  expect(textOf(`never ended ${esc}]0;title`)).toBe("never ended ");
  expect(textOf(`cut ${esc}[3`)).not.toContain(esc);
});

test("a line that was written over shows what was written last", () => {
  expect(textOf("10 %\r50 %\r100 %\ndone\r\n")).toBe("100 %\ndone\n");
  expect(readTerminal(`${esc}[32m10 %\r100 %`).pieces).toMatchObject([{ text: "100 %", fg: "green" }]);
});

test("a long output shows its end", () => {
  const long = readTerminal("line\n".repeat(100_000));
  expect(long.isCut).toBe(true);
  expect(long.pieces.map(({ text }) => text).join("").length).toBeLessThan(20_000);
});

test("no input leaves a control character in a text", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          esc,
          "[",
          "]",
          "m",
          "3",
          ";",
          "8",
          "P",
          "\\",
          "\u0007",
          "\u009b",
          "\r",
          "\b",
          "x",
          "\n",
          "?",
          "<b>",
        ),
      ),
      (parts) => {
        const text = textOf(parts.join(""));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      },
    ),
  );
});
