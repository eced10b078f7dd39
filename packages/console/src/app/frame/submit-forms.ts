/**
 * Submits forms by hand: a sandbox without `allow-forms` keeps browsers from telling pages that a form was submitted. No
 * form here is ever sent anywhere, they only tell the page; so the page tells itself.
 */
export function submitFormsByHand(document: Document): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button, input[type=submit]") : null;
    if (!(button instanceof HTMLButtonElement || button instanceof HTMLInputElement)) return;
    if (button.type !== "submit" || button.disabled || !button.form) return;
    event.preventDefault();
    submit(button.form, button);
  });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (!(target instanceof HTMLInputElement) || !target.form) return;
    // With a submit button, the browser presses that one by itself.
    if (target.form.querySelector("button:not([type=button], [type=reset]), input[type=submit]")) return;
    event.preventDefault();
    submit(target.form, null);
  });
}

function submit(form: HTMLFormElement, submitter: HTMLElement | null): void {
  if (!form.noValidate && !form.reportValidity()) return;
  form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter }));
}
