// A file goes in pieces, so that a broken line costs a piece and not the whole; without this script the form sends it.
const form = document.querySelector("form[data-upload]");
const told = form.querySelector("[data-told]");
const progress = form.querySelector("progress");
const button = form.querySelector("button");
const field = form.querySelector("input[type=file]");

const client = () => new Promise((there, not) => {
  if (window.tus) return there();
  const script = document.createElement("script");
  script.src = form.dataset.client;
  script.addEventListener("load", there);
  script.addEventListener("error", not);
  document.head.append(script);
});

const say = (words) => {
  told.textContent = words;
  told.hidden = !words;
};

const rest = (words) => {
  button.disabled = false;
  progress.hidden = true;
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  say(words);
};

const reason = (error) => {
  try {
    const problem = JSON.parse(error.originalResponse.getBody());
    return problem.errors?.[0]?.detail || problem.title;
  } catch {
    return form.dataset.broken;
  }
};

const send = async (file) => {
  const upload = new tus.Upload(file, {
    endpoint: form.dataset.upload,
    metadata: {filename: file.name},
    retryDelays: [0, 1000, 3000, 5000, 10000, 20000],
    // On a machine that several people use, nothing of a file is remembered once it has arrived.
    removeFingerprintOnSuccess: true,
    onProgress: (sent, all) => { progress.value = (100 * sent) / all; },
    onSuccess: () => {
      location.href = `${location.pathname}?done=file-added#files`;
      if (location.search === "?done=file-added") location.reload();
    },
    onError: (error) => {
      if (navigator.onLine) return rest(reason(error));
      say(form.dataset.waits);
      addEventListener("online", () => { say(""); upload.start(); }, {once: true});
    },
  });
  const earlier = await upload.findPreviousUploads();
  if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
  upload.start();
};

form.addEventListener("submit", async (event) => {
  const file = field.files[0];
  if (!file) return;
  event.preventDefault();
  if (file.size > Number(form.dataset.most)) return rest(form.dataset.tooLarge);
  button.disabled = true;
  progress.hidden = false;
  say("");
  try {
    await client();
  } catch {
    // Without it the form sends the file as it would without any script.
    form.submit();
    return;
  }
  send(file);
});
