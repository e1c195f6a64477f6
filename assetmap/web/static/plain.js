// Works without; with it the exit leaves no way back to this page, Esc twice leaves, and the map
// takes along what is asked, behind `#`, where no server sees it.
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
  const form = document.getElementById("ask");
  const map = document.getElementById("map");
  map?.addEventListener("click", () => {
    if (form) map.hash = `form&${new URLSearchParams(new FormData(form))}`;
  });
})();
