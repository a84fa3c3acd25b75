"use strict";

/* Terms typed into an autocomplete travel in the body: a pasted contact must not stand in a URL. */
document.addEventListener("DOMContentLoaded", () => {
  const jQuery = window.django && window.django.jQuery;
  if (!jQuery) {
    return;
  }
  const token = () => (document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/) || [])[1] || "";
  jQuery.ajaxPrefilter((options) => {
    if (!/\/autocomplete\/(\?|$)/.test(options.url)) {
      return;
    }
    const [path, query] = options.url.split("?");
    options.type = "POST";
    options.url = path;
    options.data = [query, options.data].filter(Boolean).join("&");
    options.contentType = "application/x-www-form-urlencoded; charset=UTF-8";
    options.headers = { ...options.headers, "X-CSRFToken": token() };
  });
});
