/** Adds a copy button to each block of code, where the browser lets a page write to the clipboard. Nothing depends on it. */
export const SCRIPT = `
if (navigator.clipboard) {
  const status = document.getElementById('status');
  for (const block of document.querySelectorAll('.code')) {
    const text = block.querySelector('code').textContent;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy: ' + text.slice(0, 160));
    button.addEventListener('click', async () => {
      let done = 'Copied';
      try { await navigator.clipboard.writeText(text); } catch { done = 'Not copied'; }
      button.textContent = done;
      status.textContent = done;
      setTimeout(() => { button.textContent = 'Copy'; status.textContent = ''; }, 2000);
    });
    block.append(button);
  }
}
`;
