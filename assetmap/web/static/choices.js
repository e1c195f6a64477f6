// What is chosen on the Gaps page stands after `#`, which no server sees. A link's choices are told
// once; after that the address follows the page. Each call brings the page's own fragment.
const OURS = /^gaps(&|$)/;
let written;

export default function ({ data, setTriggerValue }) {
  const take = () => {
    const linked = window.location.hash.slice(1);
    if (!OURS.test(linked) || linked === written) return false;
    written = linked;
    setTriggerValue("linked", linked);
    return true;
  };
  if (!take() && data.fragment !== written) {
    written = data.fragment;
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, "", `${pathname}${search}#${written}`);
  }
  window.addEventListener("hashchange", take);
  return () => window.removeEventListener("hashchange", take);
}
