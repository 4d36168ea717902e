// What helps while something is typed: running sums, and a draft that saves itself.

// What is typed is added up while it is typed; the server says the same whenever it shows the form.
const language = document.documentElement.lang;
const GROUPS = { vi: "." };
const said = new Intl.NumberFormat(language);
const shared = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

// Null where nothing is typed, not a number where it is none.
const typed = (name) => {
  const field = document.querySelector(`[name="${name}"]`);
  const plain = [...(field?.value.trim() ?? "")].map((sign) => {
    const digit = "০১২৩৪৫৬৭৮৯".indexOf(sign);
    return digit < 0 ? sign : digit;
  }).join("").replaceAll(GROUPS[language] ?? ",", "").replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return plain === "" ? null : Number(plain);
};
const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

const addUp = (line) => {
  const given = line.dataset.sum.split(" ").map(typed).filter((value) => value !== null);
  const whole = typed(line.dataset.whole);
  const sum = given.reduce((one, other) => one + other, 0);
  const rest = sum - (whole ?? 0);
  let state = "alone";
  if (!given.length || Number.isNaN(rest)) state = "empty";
  else if (whole !== null) state = rest > 0 ? "over" : rest < 0 ? "short" : "right";
  line.classList.remove("empty", "alone", "right", "short", "over");
  line.classList.add(state);
  const values = { sum: said.format(sum), rest: said.format(Math.abs(rest)) };
  line.textContent = state === "empty" ? "" : filled(line.dataset[state], values);
};

const divide = (line) => {
  const part = typed(line.dataset.share);
  const whole = line.dataset.of.split(" ").map(typed).reduce((one, other) => one + (other ?? 0), 0);
  const share = part !== null && whole > 0 ? (100 * part) / whole : NaN;
  // Only all of it is 100, and only none of it 0.
  const shown = part < whole && share > 99.9 ? 99.9 : part > 0 && share < 0.1 ? 0.1 : share;
  const text = `${shared.format(shown)}%`;
  line.textContent = Number.isNaN(share) ? "" : filled(line.dataset.says, { share: text });
};

const count = (line) => {
  const fields = [...line.closest("details").querySelectorAll(".figure-input")];
  line.textContent = filled(line.dataset.filled, { done: said.format(fields.filter((one) => one.value.trim()).length) });
};

let timer;
document.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    document.querySelectorAll("[data-sum]").forEach(addUp);
    document.querySelectorAll("[data-share]").forEach(divide);
    document.querySelectorAll("[data-filled]").forEach(count);
  }, 150);
});

// A column of a spreadsheet that is pasted into a figure goes on into those below it; what is left over is said.
document.querySelectorAll("[data-column]").forEach((told) => {
  const fields = [...told.closest("form").querySelectorAll(".figure-input")];
  told.closest("form").addEventListener("paste", (event) => {
    const from = fields.indexOf(event.target);
    const rows = (event.clipboardData?.getData("text") ?? "").trimEnd().split(/\r?\n/).map((row) => row.split("\t").pop().trim());
    if (from < 0 || rows.length < 2) return;
    event.preventDefault();
    let done = 0;
    rows.slice(0, fields.length - from).forEach((cell, place) => {
      if (/^[-–—]?$/.test(cell)) return;
      const field = fields[from + place];
      field.value = cell;
      field.closest("details").open = true;
      done += 1;
    });
    const left = rows.slice(fields.length - from).filter((cell) => !/^[-–—]?$/.test(cell));
    told.textContent = filled(told.dataset.column, { n: said.format(done) })
      + (left.length ? ` ${told.dataset.beyond} ${left.join(" · ")}` : "");
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// Two seconds after the last key, and when the page is left: what is typed is saved as a draft. Of two windows the one
// that comes second saves nothing more, and says so; what is typed stays where it is.
const PAUSE = 2000;
document.querySelectorAll("[data-draft]").forEach((draft) => {
  const form = draft.closest("form");
  const told = draft.querySelector("output");
  // What names a person is not sent at all; the server would keep none of it either.
  const all = () => {
    const now = new URLSearchParams(new FormData(form));
    draft.dataset.draft.split(" ").filter(Boolean).forEach((name) => now.delete(name));
    return now;
  };
  const typing = () => { const now = all(); now.delete("draft"); return now.toString(); };
  let known = typing();
  let over = false;
  let busy = false;
  let timer;

  const save = async () => {
    clearTimeout(timer);
    const now = typing();
    if (over || busy || now === known) return;
    busy = true;
    try {
      const answer = await fetch("/drafts", {
        method: "POST", body: all(), headers: { Accept: "application/json" }, keepalive: true,
      });
      const said = (answer.ok || answer.status === 412) ? await answer.json() : null;
      if (answer.ok) {
        known = now;
        form.elements.draft.value = said.version;
      }
      over ||= answer.status === 412;
      told.textContent = said?.said ?? draft.dataset.vain;
    } catch {
      told.textContent = draft.dataset.vain;
    }
    busy = false;
    if (!over && typing() !== known) wait();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", wait);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  // What is sent is no draft any more.
  form.addEventListener("submit", (event) => {
    const before = over;
    over = true;
    clearTimeout(timer);
    setTimeout(() => { if (event.defaultPrevented) over = before; });
  });
  window.addEventListener("pageshow", () => { over = false; });
});
