/**
 * Builds the smallest model that llama.cpp loads: one layer of random numbers, a token for each byte, and a template
 * that accepts tools. It says nothing sensible, but everything around it is real: templates, grammars, sampling.
 * Format: ggml's docs/gguf.md.
 */
const [width, inner, contextTokens] = [32, 64, 65_536];

const bytes = Array.from({ length: 256 }, (_, n) => `<0x${n.toString(16).toUpperCase().padStart(2, "0")}>`);
const vocabulary = ["<unk>", "<s>", "</s>", ...bytes, "▁", "<|im_start|>", "<|im_end|>"];
/** 1 a word, 2 unknown, 3 a mark, 6 a byte. */
const kinds = [2, 3, 3, ...bytes.map(() => 6), 1, 3, 3];

/** In the format of Qwen and Hermes: tools in the first message, calls between tags, results as a person's message. */
const template = `{%- if messages[0].role == 'system' or tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}

{% endif %}{%- if tools %}# Tools
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>{% endif %}<|im_end|>
{% endif %}{%- for message in messages %}{%- if message.role == 'user' or (message.role == 'assistant' and not message.tool_calls) %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% elif message.role == 'assistant' %}<|im_start|>assistant
{{ message.content or '' }}{% for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% elif message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% endif %}{%- endfor %}{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

/** Returns the file's bytes, the same each time. */
export function tinyModel(): Buffer {
  const fields = metadata();
  const tensors = shapes().map(([name, ...shape]) => ({ name, shape, values: numbers(name, shape) }));
  let offset = 0;
  const index = tensors.map(({ name, shape, values }) => {
    const entry = Buffer.concat([string(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset += values.length;
    return entry;
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(fields.length),
    ...fields,
    ...index,
  ]);
  return Buffer.concat([head, Buffer.alloc((32 - (head.length % 32)) % 32), ...tensors.map(({ values }) => values)]);
}

function metadata(): Buffer[] {
  const field = (key: string, type: number, value: Buffer) => Buffer.concat([string(key), u32(type), value]);
  const count = (key: string, value: number) => field(key, 4, u32(value));
  const words = (key: string, value: string) => field(key, 8, string(value));
  const row = (key: string, type: number, values: readonly Buffer[]) =>
    field(key, 9, Buffer.concat([u32(type), u64(values.length), ...values]));
  return [
    words("general.architecture", "llama"),
    words("general.name", "tiny"),
    count("llama.context_length", contextTokens),
    count("llama.embedding_length", width),
    count("llama.block_count", 1),
    count("llama.feed_forward_length", inner),
    count("llama.attention.head_count", 2),
    count("llama.attention.head_count_kv", 2),
    field("llama.attention.layer_norm_rms_epsilon", 6, f32(1e-5)),
    count("llama.rope.dimension_count", width / 2),
    count("llama.vocab_size", vocabulary.length),
    words("tokenizer.ggml.model", "llama"),
    row("tokenizer.ggml.tokens", 8, vocabulary.map(string)),
    row(
      "tokenizer.ggml.scores",
      6,
      vocabulary.map(() => f32(0)),
    ),
    row("tokenizer.ggml.token_type", 5, kinds.map(u32)),
    count("tokenizer.ggml.bos_token_id", 1),
    count("tokenizer.ggml.eos_token_id", vocabulary.length - 1),
    count("tokenizer.ggml.unknown_token_id", 0),
    field("tokenizer.ggml.add_bos_token", 7, Buffer.from([1])),
    field("tokenizer.ggml.add_space_prefix", 7, Buffer.from([0])),
    words("tokenizer.chat_template", template),
  ];
}

function shapes(): (readonly [string, ...number[]])[] {
  const block = (name: string) => `blk.0.${name}.weight`;
  return [
    ["token_embd.weight", width, vocabulary.length],
    ["output_norm.weight", width],
    ["output.weight", width, vocabulary.length],
    [block("attn_norm"), width],
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) => [block(name), width, width] as const),
    [block("ffn_norm"), width],
    [block("ffn_gate"), width, inner],
    [block("ffn_up"), width, inner],
    [block("ffn_down"), inner, width],
  ];
}

function numbers(name: string, shape: readonly number[]): Buffer {
  const count = shape.reduce((product, size) => product * size, 1);
  let seed = name.length;
  const values = Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return name.includes("norm") ? 1 : (seed / 2 ** 32 - 0.5) * 0.4;
  });
  const data = Buffer.concat(values.map(f32));
  return Buffer.concat([data, Buffer.alloc((32 - (data.length % 32)) % 32)]);
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function string(value: string): Buffer {
  const data = Buffer.from(value);
  return Buffer.concat([u64(data.length), data]);
}
