"use strict";
// Search and filters of the letters. The page says the same without it: the form only shows when this runs.
(() => {
  const form = document.getElementById("recherche");
  const table = document.getElementById("liste-lettres");
  if (!form || !table) return;
  const status = document.getElementById("trouvees");
  const { texte, dsden, taux } = form.elements;

  // Capitals and accents do not matter; « 1250 » finds « 1 250,00 € », a straight apostrophe the curved one.
  const plain = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[’‘`]/g, "'");
  const words = (cell) => plain(cell.textContent).replace(/(\d)\s+(?=\d)/g, "$1");

  let rows;
  const read = () =>
    Array.from(table.tBodies[0].rows, (row) => ({
      row,
      text: Array.from(row.cells).filter((cell) => cell.className !== "f-pdf").map(words).join(" "),
      dsden: row.dataset.dsden,
      taux: row.dataset.taux,
      hidden: false,
    }));

  const said = (shown, total) => {
    const letters = (count) => `${count.toLocaleString("fr-FR")} lettre${count < 2 ? "" : "s"}`;
    if (shown === total) return letters(total);
    if (shown === 0) return "Aucune lettre ne correspond à cette recherche.";
    return `${letters(shown)} sur ${total.toLocaleString("fr-FR")}`;
  };

  const apply = () => {
    rows ??= read();
    const wanted = plain(texte.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      const kept = (!dsden.value || one.dsden === dsden.value) && (!taux.value || one.taux === taux.value)
        && wanted.every((word) => one.text.includes(word));
      if (kept) shown += 1;
      if (one.hidden === kept) one.row.hidden = one.hidden = !kept;
    }
    status.textContent = said(shown, rows.length);
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { setTimeout(apply); texte.focus(); });
  // A browser may put back what was typed before.
  addEventListener("pageshow", () => { if (texte.value || dsden.value || taux.value) apply(); });
})();
