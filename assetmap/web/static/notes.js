// What is to be known of the whole list, in small print below it.
export default function ({ data, parentElement }) {
  parentElement.querySelector("p").textContent = data.text;
}
