// Only what makes a page that already works a little kinder.

// A second tap on a slow line must not look like nothing happened; the server drops the repeat. After a moment, and as
// soon as something else is typed, the button works again: the person may have stopped the page, and nobody tells us.
const SECOND_TAP = 2500;
const ready = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};
// What is longer than is taken would be refused unread, and nothing of it could be shown again: it is not sent at all.
const { most, tooLong } = document.currentScript.dataset;
const length = (form, button) => [...new FormData(form, button)].reduce(
  (sum, [name, value]) => sum + name.length + 2 + (value.size ?? encodeURIComponent(value).length), 0);
const stays = (form) => {
  const told = form.querySelector(".too-long") ?? document.createElement("p");
  told.className = "fault too-long";
  told.tabIndex = -1;
  told.setAttribute("role", "alert");
  told.textContent = tooLong;
  form.prepend(told);
  told.focus();
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  if (form.enctype !== "multipart/form-data" && length(form, event.submitter) > most) {
    event.preventDefault();
    stays(form);
    return;
  }
  form.querySelector(".too-long")?.remove();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => ready(form), SECOND_TAP);
});
document.addEventListener("input", (event) => {
  if (event.target.form?.dataset.sent) ready(event.target.form);
});

// Coming back with the back button shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(ready);
});

// The menu closes when the person goes on elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll(".main-nav details[open]").forEach((menu) => {
    if (!menu.parentElement.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(".main-nav details[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// "/" leads to the search, from wherever nothing is being typed.
document.addEventListener("keydown", (event) => {
  const find = document.querySelector("[data-find]");
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || !find || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (find.offsetParent) find.focus();
  else document.querySelector(".find-link").click();
});

// Without the network a page says so; see sw.js.
const { worker } = document.currentScript?.dataset ?? {};
if (worker && "serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register(worker, { scope: "/" }).catch(() => {});
  });
}

// Printing needs the script, so its button appears with it.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// A calendar finds a day; what it finds is written into the three fields, in the digits of the page.
const digits = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: false });
document.querySelectorAll("[data-calendar]").forEach((button) => {
  const fields = [...button.closest("[data-day]").querySelectorAll("input")];
  const calendar = document.createElement("input");
  if (!calendar.showPicker) return;
  calendar.type = "date";
  calendar.tabIndex = -1;
  calendar.className = "hidden-text";
  calendar.setAttribute("aria-hidden", "true");
  button.before(calendar);
  button.hidden = false;
  button.addEventListener("click", () => calendar.showPicker());
  calendar.addEventListener("change", () => {
    const [year, month, day] = calendar.value.split("-").map(Number);
    if (year) [day, month, year].forEach((part, place) => { fields[place].value = digits.format(part); });
    fields[0].dispatchEvent(new Event("input", { bubbles: true }));
    button.focus();
  });
});

// Two minutes before the sign-in ends a line says so and offers to stay; nothing is reloaded, so nothing typed is lost.
const leaving = document.querySelector("[data-left]");
if (leaving) {
  const NOTICE = 120;
  const inSeconds = (seconds) => Date.now() + seconds * 1000;
  let ends = inSeconds(Number(leaving.dataset.left));
  let last = false;
  let timer;

  const show = (state) => leaving.querySelectorAll("[data-state]").forEach((part) => {
    part.hidden = part.dataset.state !== state;
  });
  const look = () => {
    const left = (ends - Date.now()) / 1000;
    clearTimeout(timer);
    if (left > NOTICE) {
      show("");
      timer = setTimeout(look, (left - NOTICE) * 1000);
    } else if (left > 0) {
      show(last ? "last" : "soon");
      timer = setTimeout(look, left * 1000);
    } else {
      show("over");
    }
  };

  // What one page learns, the others of the same sign-in know too.
  const others = new BroadcastChannel("session");
  others.onmessage = (told) => {
    ends = Math.max(ends, told.data);
    last = false;
    look();
  };
  const learn = (left) => {
    ends = inSeconds(left);
    others.postMessage(ends);
    look();
  };

  const stay = async () => {
    const vain = leaving.querySelector("[data-vain]");
    vain.hidden = true;
    try {
      const answer = await fetch("/session", { headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        learn(0);
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      const { left, until } = await answer.json();
      last = left <= NOTICE;
      document.querySelector("[data-until]").textContent = until;
      learn(left);
    } catch {
      vain.hidden = false;
    }
  };
  leaving.querySelector("[data-stay]").addEventListener("click", stay);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  learn(Number(leaving.dataset.left));
}
