// A queue: what a row leads to stands beside it where there is room, and keys go through the list. Without this script
// each row leads to a page of its own, which says and does the same.

const queue = document.querySelector("[data-queue]");
const beside = queue?.querySelector("[data-beside]");
const wide = window.matchMedia("(min-width: 72rem)");
const rows = () => [...document.querySelectorAll("[data-row]")];
const opens = (link) => beside && wide.matches && link.dataset.row !== "page";
const isChosen = (link) => link.getAttribute("aria-current") === "true";

const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const partOf = (page) => page.querySelector("[data-part]");

const choose = (address) => {
  rows().forEach((link) => {
    const here = link.pathname === address.pathname;
    link.toggleAttribute("aria-current", here);
    if (here) link.setAttribute("aria-current", "true");
    link.closest("tr, li")?.classList.toggle("chosen", here);
    if (here) link.scrollIntoView({ block: "nearest" });
  });
};

// Beside a list it is a part of that page, whose heading stands above.
const demoted = (heading) => {
  const title = document.createElement("h2");
  title.append(...heading.childNodes);
  title.tabIndex = -1;
  heading.replaceWith(title);
  return title;
};

const show = (part, address) => {
  beside.replaceChildren(document.adoptNode(part));
  beside.hidden = false;
  beside.scrollTop = 0;
  choose(new URL(address));
  const heading = beside.querySelector("h1");
  if (heading) demoted(heading).focus({ preventScroll: true });
};

const open = async (link) => {
  try {
    const answer = await fetch(link.href);
    const part = answer.ok && partOf(await read(answer));
    if (part) {
      show(part, link.href);
      return;
    }
  } catch {
    // The page itself says what is wrong.
  }
  location.assign(link.href);
};

// The list as it is now; what was ticked stays so where it still is there. False where there is no list any more: a
// single one that is left may stand where the list stood.
const renew = async () => {
  const page = await read(await fetch(location.href));
  if (!page.querySelector("[data-list]")) return false;
  const ticked = [...queue.querySelectorAll("input:checked")].map((box) => box.name);
  for (const part of [".tabs", "[data-list]"]) {
    const there = document.querySelector(part);
    const now = page.querySelector(part);
    if (there && now) there.replaceWith(document.adoptNode(now));
  }
  queue.querySelectorAll("[data-list] input[type=checkbox]").forEach((box) => {
    if (ticked.includes(box.name)) box.checked = true;
  });
  return true;
};

// Whatever is not answered by another report, or by the same with its faults, is sent as if this script were not there:
// what is sent twice is done once.
const send = async (form, button) => {
  const data = new FormData(form, button);
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
  try {
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams(data) });
    const part = partOf(await read(answer));
    if (part) {
      if (answer.redirected && !(await renew())) {
        location.assign(answer.url);
        return;
      }
      show(part, new URL(answer.redirected ? answer.url : location.href));
      return;
    }
    if (answer.redirected && answer.ok) {
      location.assign(answer.url);
      return;
    }
  } catch {
    // As below.
  }
  form.dataset.plain = "yes";
  delete form.dataset.sent;
  form.requestSubmit(button);
};

if (beside) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-row]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !plain || !opens(link)) return;
    event.preventDefault();
    open(link);
  });
  beside.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.plain || form.dataset.sent) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

// Whoever says that something is wrong is asked what.
document.addEventListener("toggle", (event) => {
  const said = event.target;
  if (said.matches?.(".wrong[open]") && !said.querySelector("textarea").value) said.querySelector("textarea").focus();
}, true);

// Keys, which can be switched off: single letters are also what people say to a machine that listens.
const KEPT = "keys";
const help = document.querySelector("[data-keys]");
const areOn = () => localStorage.getItem(KEPT) !== "off";

const step = (by) => {
  const links = rows();
  const focused = links.indexOf(document.activeElement);
  const here = links.findIndex(isChosen);
  const at = here >= 0 ? here : focused;
  const link = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
  if (!link) {
    document.querySelector(`[data-key="${by > 0 ? "j" : "k"}"]`)?.click();
  } else if (opens(link)) {
    open(link);
  } else {
    link.focus();
  }
};
const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
const refuse = () => {
  const first = document.querySelector(".wrong");
  if (!first) return;
  first.open = true;
  // At once, and not when the page hears of it: the next letter is a part of what is wrong, and no key.
  first.querySelector("textarea").focus();
};
const KEYS = { j: () => step(1), k: () => step(-1), a: () => press("a"), r: refuse, "?": () => help.showModal() };

if (help) {
  const button = document.querySelector("[data-show-keys]");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  const box = help.querySelector("input");
  box.checked = areOn();
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !areOn()) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
