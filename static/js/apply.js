// Makes the application form shorter and quicker. Everything works without it too.

const form = document.querySelector("main form");

if (form.elements.country) offerTimeZones(form.elements.country, form.elements.time_zone);
form.querySelectorAll(".wish").forEach(showWhatIsAsked);
form.querySelectorAll("select[name$=_values]").forEach(growWithChoices);
form.querySelectorAll("fieldset").forEach(growWithRows);

// The zones of the chosen country come first; the browser's own is chosen where it fits.
function offerTimeZones(country, zone) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;

  function offer() {
    const name = country.selectedOptions[0].label;
    const group = [...zone.querySelectorAll("optgroup")].find((one) => one.label === name);
    if (!country.value || !group) return;
    zone.options[0].after(group);
    const zones = [...group.children].map((option) => option.value);
    if (!zones.includes(zone.value)) zone.value = zones.includes(mine) ? mine : zones.length > 1 ? "" : zones[0];
  }

  country.addEventListener("change", offer);
  if (!zone.value) offer();
}

// The list and the strength appear with the wish that needs them.
function showWhatIsAsked(wish) {
  const ways = wish.querySelectorAll("input[name^=wish_]:not([name$=_values], [name$=_strength])");
  const parts = ["values", "strength"].map((part) => {
    const input = wish.querySelector(`[name$=_${part}]`);
    return input && input.closest(".mb-3");
  });

  function show() {
    const [first] = ways;
    const way = first.type === "radio" ? [...ways].find((one) => one.checked)?.value : first.value;
    ask(parts[0], way === "these");
    ask(parts[1], Boolean(way));
  }

  function ask(part, needed) {
    if (!part) return;
    part.hidden = !needed;
    part.querySelectorAll("input, select").forEach((input) => (input.disabled = !needed));
  }

  wish.addEventListener("input", show);
  show();
}

// A further select as soon as the last one is used.
function growWithChoices(select) {
  select.addEventListener("change", () => {
    const rows = document.getElementsByName(select.name);
    const last = rows[rows.length - 1];
    if (!last.value) return;
    const next = last.cloneNode(true);
    next.id = last.id.replace(/\d+$/, rows.length);
    next.ariaLabel = `Choice ${rows.length + 1}`;
    next.value = "";
    last.after(next);
    growWithChoices(next);
  });
}

// Of several numbered rows: those that are filled, and one more.
function growWithRows(section) {
  const rows = [...section.querySelectorAll(":scope > .row")];
  const used = (row) => Boolean(row.querySelector("select").value || row.querySelector(".is-invalid"));

  function show() {
    const last = rows.findLastIndex(used);
    rows.forEach((row, index) => (row.hidden = index > last + 1));
  }

  section.addEventListener("change", show);
  show();
}
