"use strict";
for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      const selection = getSelection();
      selection.selectAllChildren(source);
      copied = document.execCommand("copy");
    }
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

function valueOf(row, column) {
  const text = row.cells[column].dataset.value ?? "";
  return text === "" ? null : Number(text);
}
for (const table of document.querySelectorAll("table[data-sorts]")) {
  const rows = [...table.tBodies[0].rows];
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const step = { none: head.dataset.first, ascending: "descending", descending: "none" };
      const again = { none: head.dataset.first, ascending: "none", descending: "ascending" };
      const order = (head.dataset.first === "ascending" ? step : again)[head.ariaSort ?? "none"];
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      const column = head.cellIndex;
      const sorted = [...rows];
      if (order !== "none") {
        head.ariaSort = order;
        const sign = order === "ascending" ? 1 : -1;
        sorted.sort((a, b) => {
          const [x, y] = [valueOf(a, column), valueOf(b, column)];
          if (x === null || y === null) return (x === null) - (y === null);
          return sign * (x - y);
        });
      }
      table.tBodies[0].append(...sorted);
    });
  }
}
