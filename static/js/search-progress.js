// Looks again every second how far the search has come, without moving the reader's place.
// Without scripts, the page reloads itself.

const readAloud = document.getElementById("stage");
const progress = document.getElementById("progress");
let stage = progress && here();

function here() {
  return progress.querySelector("[aria-current]").textContent.trim();
}

async function lookAgain() {
  try {
    const response = await fetch(location.href);
    if (response.redirected) {
      location.assign(response.url);
      return;
    }
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) {
      location.reload();
      return;
    }
    progress.replaceChildren(...fresh.childNodes);
    if (stage !== here()) {
      stage = here();
      readAloud.textContent = stage;
    }
  } catch {
    // The server does not answer now; the next look may find it.
  }
  setTimeout(lookAgain, 1000);
}

if (progress) {
  setTimeout(lookAgain, 1000);
}
