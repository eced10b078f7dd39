/**
 * Returns the model of bots that name none, as `provider/model`: null when there is none, undefined until it is known.
 */
import { useQuery } from "@tanstack/react-query";
import { useReef } from "../../data/reef.ts";
import { modelDefaultsQuery } from "./model-queries.ts";

export function useServerModel(): string | null | undefined {
  const { reads } = useReef();
  const { data, isError } = useQuery(modelDefaultsQuery(reads));
  return isError && !data ? null : data && (data.inUse.chat?.model ?? null);
}
