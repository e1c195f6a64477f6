// Works without; with it the exit leaves no way back to this page, and Esc twice leaves.
(() => {
  const exit = document.querySelector("a.exit");
  const leave = (event) => {
    event?.preventDefault();
    document.documentElement.style.display = "none";
    // In a frame of somebody's site the whole window goes, not the frame alone.
    try {
      window.top.location.replace(exit.href);
    } catch {
      window.location.replace(exit.href);
    }
  };
  exit.addEventListener("click", leave);
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - last < 1000) leave();
    last = event.timeStamp;
  });
})();
