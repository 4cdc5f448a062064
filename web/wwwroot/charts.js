// Loads the chart library's script, which is a classic one, when the first chart of a page asks for it. Who imports this waits for it.

await new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = "_content/Radzen.Blazor/Radzen.Blazor.min.js";
  script.onload = resolve;
  script.onerror = () => reject(new Error("the chart library's script could not be loaded"));
  document.head.append(script);
});
