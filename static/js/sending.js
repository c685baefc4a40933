// Looks again every few seconds how far the mails have come. When something else can be done
// than before, the page is loaded anew. Without scripts, one reloads it oneself.

const PAUSE = 4000;
const parts = document.querySelectorAll("[data-live]");

async function lookAgain() {
  try {
    const response = await fetch(location.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (response.redirected || fresh?.dataset.stage !== part.dataset.stage) {
        location.assign(response.url);
        return;
      }
      if (fresh.innerHTML !== part.innerHTML) {
        part.replaceChildren(...fresh.childNodes);
      }
    }
  } catch {
    // The server does not answer now; the next look may find it.
  }
  setTimeout(lookAgain, PAUSE);
}

setTimeout(lookAgain, PAUSE);
