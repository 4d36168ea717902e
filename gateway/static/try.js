"use strict";
// Sends the operation that a form describes and shows the answer as it came.
for (const form of document.querySelectorAll("form.try")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { method, path } = form.closest("details").dataset;
    const output = form.querySelector(".answer");
    const headers = { Accept: "application/json" };
    const query = new URLSearchParams();
    let target = path;
    let body;
    for (const field of form.elements) {
      if (!field.name || field.value === "") continue;
      if (field.name === "body") body = field.value;
      else if (field.dataset.in === "path") target = target.replace(`{${field.name}}`, encodeURIComponent(field.value));
      else if (field.dataset.in === "query") query.set(field.name, field.value);
      else headers[field.name] = field.value;
    }
    if (method === "POST" && !headers["Idempotency-Key"]) headers["Idempotency-Key"] = crypto.randomUUID();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    output.hidden = false;
    output.textContent = "…";
    try {
      const answer = await fetch(query.size ? `${target}?${query}` : target, { method, headers, body });
      const text = await answer.text();
      let shown = text;
      if ((answer.headers.get("Content-Type") || "").includes("json")) shown = JSON.stringify(JSON.parse(text), null, 2);
      output.textContent = `${answer.status} ${answer.headers.get("ETag") || ""}\n${shown}`;
    } catch (error) {
      output.textContent = String(error);
    }
  });
}
