// Buttons that hand on what is shown: a link, and where there is text a message with it.
export default function ({ data, parentElement }) {
  const told = parentElement.querySelector("output");
  const press = parentElement.querySelector("button");
  press.textContent = data.label;
  press.hidden = false; // until it has a name there is nothing to press
  press.onclick = () => hand_on(data.fragment, told, data.copied);
  const message = parentElement.querySelector("a");
  message.hidden = !data.message;
  message.textContent = data.message_label;
  // Both phones' own text messages understand this form.
  if (data.message) message.href = `sms:?&body=${encodeURIComponent(data.message)}`;
  told.textContent = "";
}
