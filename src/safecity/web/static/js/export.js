/** The page of one export: asks how far it is, and shows the films once they are there. */
import { get } from "./api.js";
import { $, say } from "./dom.js";

const AGAIN_MS = 1000;
const box = $("#export");

async function follow() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    try {
      const found = await get(`/api/exports/${box.dataset.id}`);
      say($("#sentence"), found.sentence);
      const bar = $("#progress");
      if (bar) bar.value = found.progress;
      if (!["asked", "running"].includes(found.state)) return location.reload();
    } catch {
      // The line is cut for a moment; it is asked again.
    }
  }
}

if (["asked", "running"].includes(box.dataset.state)) follow();
