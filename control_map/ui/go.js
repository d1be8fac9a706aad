/* Tells Python of each click on a button of the page's own HTML that names where to go.
 *
 * `data-go` is the target; a `data-of` around it is what all targets within begin with. The buttons come and go with
 * what is shown, so the document is listened to, once: this module is evaluated once, whatever is drawn anew.
 */
let tell = null;

document.addEventListener("click", ({target}) => {
  const button = target.closest?.(".stApp [data-go]");
  if (button) tell?.("to", (button.closest("[data-of]")?.dataset.of ?? "") + button.dataset.go);
});

export default function ({setTriggerValue}) {
  tell = setTriggerValue;
  return () => {
    // What replaces this may already stand.
    if (tell === setTriggerValue) tell = null;
  };
}
