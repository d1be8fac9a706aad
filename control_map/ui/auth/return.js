{
  // The query that the user came with is kept in this tab alone, until it is used.
  const key = "control-map-came-from";
  const at = window.location;
  const signingIn = document.querySelector(".st-key-sign-in") !== null;
  const cameFrom = sessionStorage.getItem(key);
  if (signingIn) {
    if (at.search) sessionStorage.setItem(key, at.search);
  } else if (cameFrom !== null) {
    sessionStorage.removeItem(key);
    if (!at.search) at.search = cameFrom;
  }
}
