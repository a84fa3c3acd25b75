"""What a browser would send: the fields of a page's form as they stand there."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the successful controls of the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data: dict[str, list[str]] = {}
        self.select = self.text = ""
        self.options: list[tuple[str, bool]] = []
        self.multiple = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        name = found.get("name") or ""
        if not self.inside:
            return
        if tag == "input" and name and "disabled" not in found:
            kind = found.get("type", "text")
            if kind not in {"submit", "file", "checkbox", "radio"} or "checked" in found:
                self.data.setdefault(name, []).append(
                    found.get("value") or ("on" if "checked" in found else "")
                )
        elif tag == "select":
            self.select, self.options, self.multiple = name, [], "multiple" in found
        elif tag == "option" and self.select:
            self.options.append((found.get("value") or "", "selected" in found))
        elif tag == "textarea" and name:
            self.text = name
            self.data.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.data[self.text][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.text:
            # HTML drops the line break that Django writes behind the opening tag.
            self.data[self.text][-1] = self.data[self.text][-1].removeprefix("\r\n").removeprefix("\n")
            self.text = ""
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            if not chosen and self.options and not self.multiple:
                chosen = [self.options[0][0]]
            if chosen:
                self.data[self.select] = chosen
            self.select = ""


def form_data(html: str, form_id: str) -> dict[str, list[str]]:
    """Return the fields of the form with that id, as a browser would send them untouched."""
    form = _Form(form_id)
    form.feed(html)
    return form.data
