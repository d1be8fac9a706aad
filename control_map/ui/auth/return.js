{
  // The tab alone remembers it, and forgets it once it is used.
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
