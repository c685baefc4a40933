// Counts anew with each wish that changes. Without it, the button below the wishes does.

const PAUSE = 500; // milliseconds: whoever goes on choosing is not interrupted
const count = document.getElementById("meter");
const more = document.getElementById("meter-more");
const form = count.closest("form");
let timer, asked;

count.classList.add("meter-live");
form.elements.look.hidden = true;
form.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const body = new FormData(form);
    const answer = await fetch(count.dataset.url, { method: "POST", body, signal: asked.signal });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // No answer, or a newer question: what stands there stays until the next one.
  }
}

function show(fresh) {
  for (const part of [count, more]) {
    const now = fresh.getElementById(part.id);
    if (now.textContent !== part.textContent) part.replaceChildren(...now.childNodes);
  }
}
