/** Stands where a session can't be shown, and leads to the others: a phone shows nothing else then. */
import { AppError } from "@reef/protocol/error";
import { MessageSquare } from "lucide";
import type { ReactElement } from "react";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";

export function MissingSession({
  error,
  onAgain,
}: {
  readonly error: Error;
  readonly onAgain: () => unknown;
}): ReactElement {
  const isGone = error instanceof AppError && error.code === "not_found";
  return (
    <>
      {!isGone && <LoadFailure what="the session" error={error} onAgain={onAgain} />}
      <Empty
        icon={MessageSquare}
        title={isGone ? "This session doesn't exist or was deleted" : "The session isn't here yet"}
        actions={<ButtonLink to="/sessions">All sessions</ButtonLink>}
      />
    </>
  );
}
