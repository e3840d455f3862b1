/* Set-up: a school chosen again brings its people back, and only the chosen workshop's first names and lengths are shown. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const PEOPLE = ["adult", "person", "place", "hours", "deputy"];

  Preau.startSetUp = function (form) {
    const school = form.elements.school;
    const rehearsal = form.elements.rehearsal;
    let brought = "";

    function bring() {
      const known = Array.from(document.querySelectorAll("#schools option")).find((option) => option.value === school.value);
      if (!known || known.value === brought) return;
      brought = known.value;
      // What somebody has typed is theirs: only empty fields, or what another school brought, are filled.
      for (const name of PEOPLE) {
        const field = form.elements[name];
        if (field.value && field.dataset.brought !== field.value) continue;
        field.value = field.dataset.brought = known.dataset[name] || "";
      }
      form.querySelector("[data-brought-said]").hidden = false;
    }

    function choose() {
      const chosen = form.querySelector("input[name=quiz]:checked");
      for (const names of form.querySelectorAll("[data-names]")) names.hidden = !chosen || names.dataset.names !== chosen.value;
      for (const length of form.querySelectorAll("[data-length]")) length.hidden = !chosen || length.dataset.length !== chosen.value;
    }

    function rehearse() {
      form.querySelector("[data-simulated]").hidden = !rehearsal.checked;
    }

    school.addEventListener("input", bring);
    school.addEventListener("change", bring);
    form.addEventListener("change", choose);
    rehearsal.addEventListener("change", rehearse);
    choose();
    rehearse();
  };
})();
