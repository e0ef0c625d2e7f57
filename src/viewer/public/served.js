/* A page from a disk: browsers load its script from a server only, so this file, which is no module, says what to do. */
if (location.protocol === 'file:') {
  addEventListener('DOMContentLoaded', () => {
    document.body.textContent =
      'Browsers run this page from a server only. "npx exectrace view FILE" is one; any static web server will do. ' +
      '"npx exectrace export --html FILE -o page.html" makes a page with a trace in it that opens from a disk.';
  });
}
