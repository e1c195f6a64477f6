// What a link carries after `#` is handed to the page once, and taken out of the address bar, so
// that neither the browser's history nor the next person at this phone finds it there.
const OURS = /^(card|list|find|form)[=&]/;

export default function ({ setTriggerValue }) {
  const take = () => {
    const told = window.location.hash.slice(1);
    if (!OURS.test(told)) return;
    window.history.replaceState(
      window.history.state,
      "",
      window.location.pathname + window.location.search,
    );
    setTriggerValue("told", told);
  };
  take();
  window.addEventListener("hashchange", take);
  return () => window.removeEventListener("hashchange", take);
}
