const narrow = matchMedia("(max-width: 40rem)");
for (const place of document.querySelectorAll("[data-spec]")) {
  const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
  if (narrow.matches) spec.config.axis.labelFontSize = spec.config.axis.titleFontSize = 11;
  const options = { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  vegaEmbed(place, spec, options).then(
    () => { place.dataset.drawn = "yes"; },
    () => { place.textContent = "This browser could not draw the chart. The table below holds its figures."; },
  );
}
