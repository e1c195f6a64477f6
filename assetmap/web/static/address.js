// Hands on a link to this page with what it shows after `#`, which no server ever sees. Where
// the phone can share it does; else the link is copied; else it is shown, to be copied by hand.
const hand_on = async (fragment, told, copied) => {
  const page = new URL(window.location.href);
  const language = page.searchParams.get("language");
  page.search = language ? `language=${encodeURIComponent(language)}` : "";
  page.hash = fragment;
  try {
    if (navigator.share) await navigator.share({ url: page.href });
    else {
      await navigator.clipboard.writeText(page.href);
      told.textContent = copied;
    }
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = page.href;
  }
};
