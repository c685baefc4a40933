// Looks again every second how far the search has come, without moving the reader's place.
// Without scripts, the page reloads itself.

const stage = document.getElementById("stage");
const progress = document.getElementById("progress");

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
    say(page.getElementById("stage").textContent);
  } catch {
    // The server does not answer now; the next look may find it.
  }
  setTimeout(lookAgain, 1000);
}

// Read aloud, so only what is new.
function say(words) {
  if (stage.textContent !== words) {
    stage.textContent = words;
  }
}

if (progress) {
  setTimeout(lookAgain, 1000);
}
