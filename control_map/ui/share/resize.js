addEventListener("message", (event) => {
  for (const frame of document.querySelectorAll("iframe[data-control-map]")) {
    const height = event.source === frame.contentWindow && Number(event.data?.controlMap?.height);
    if (height > 0 && height < 4000) {
      Object.assign(frame.style, {aspectRatio: "auto", minHeight: "0", height: `${height}px`});
    }
  }
});
