// Looks again every two seconds how far the search has come, without moving the reader's place.
// Without scripts, the page reloads itself.

const progress = document.getElementById("progress");

async function lookAgain() {
  try {
    const response = await fetch(location.href);
    if (response.redirected) {
      location.assign(response.url);
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) {
      location.reload();
      return;
    }
    if (fresh.innerHTML !== progress.innerHTML) {
      progress.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // The server does not answer now; the next look may find it.
  }
  setTimeout(lookAgain, 2000);
}

if (progress) {
  setTimeout(lookAgain, 2000);
}
