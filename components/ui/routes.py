"""What the site answers beside Streamlit: signing in and out, language, links of mails, assets, and the first HTML of each page.

Routes that call the backend run in the thread pool, where the synchronous client is at home. Every POST checks that it comes from
a page of this site. Redirects go to paths of this site only.
"""

import logging
import mimetypes
import os
import time
from collections import defaultdict, deque
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from components.permits import accounts, sessions
from components.permits.client import call, make_client
from components.permits.refusals import Refusal, refusal_of_ours
from components.ui.session import COOKIE, LANGUAGE_COOKIE, guess_language
from components.ui.style import ASSETS, first_html, shell_script

log = logging.getLogger("shubbak.site")
YEAR = 365 * 24 * 3600
SESSION_AGE = 60 * 24 * 3600  # the row decides earlier (sql/rules/41_sessions.sql)
LONGEST_FORM = 20_000
TRIES, PERIOD = 10, 300  # failed sign-ins per address and mailbox in so many seconds

failures: dict[tuple, deque] = defaultdict(deque)


def language_of(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in ("ar", "fr") else guess_language(request.headers.get("accept-language", ""))


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or os.environ.get("PUBLIC_URL", "").startswith("https://")


def set_cookie(request: Request, response: Response, name: str, value: str, age: int, http_only: bool = True) -> None:
    response.set_cookie(name, value, max_age=age, path="/", httponly=http_only, samesite="lax", secure=is_secure(request))


def from_this_site(request: Request) -> bool:
    """Origin must be ours. Browsers send it with every POST; where it is missing, Sec-Fetch-Site must vouch for it."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    ours = {request.headers.get("host", ""), urlsplit(os.environ.get("PUBLIC_URL", "")).netloc}
    return origin != "null" and urlsplit(origin).netloc in ours - {""}


def inner_path(target: str) -> str:
    """A path of this site, or the home page."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if safe and "\\" not in target and len(target) < 2000 else "/"


def go(path: str, **query) -> RedirectResponse:
    query = {key: value for key, value in query.items() if value}
    return RedirectResponse(path + ("?" + urlencode(query) if query else ""), status_code=303)


def posted(act):
    """A POST route: origin checked, form read (`request.state.form`), refusals answered by `act.back`, the page to return to."""

    async def read_form(request: Request) -> Response | None:
        if not from_this_site(request):
            return HTMLResponse(refusal_of_ours("ORIG1").sentence(language_of(request)), status_code=403)
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LONGEST_FORM:
            return PlainTextResponse(refusal_of_ours("SIZE1").sentence(language_of(request)), status_code=413)
        form = await request.form(max_files=0, max_fields=20)
        request.state.form = {key: value for key, value in form.items() if isinstance(value, str)}
        return None

    async def endpoint(request: Request) -> Response:
        return await read_form(request) or await run_in_threadpool(act, request)

    endpoint.__name__ = act.__name__
    return endpoint


def too_many(key: tuple) -> bool:
    tries = failures[key]
    while tries and tries[0] < time.monotonic() - PERIOD:
        tries.popleft()
    if not tries:
        failures.pop(key, None)
    return len(tries) >= TRIES


@posted
def sign_in(request: Request) -> Response:
    form = request.state.form
    email, password, target = form.get("email", "").strip().lower(), form.get("password", ""), inner_path(form.get("next", "/"))
    key = (request.client.host if request.client else "", email)
    back = {"next": target if target != "/" else ""}
    if too_many(key):
        return go("/sign_in", fault="RATE2", **back)
    try:
        if form.get("demonstration"):
            password = call(make_client(), "demonstration_accounts").get("password", "")
        tokens = accounts.sign_in(email, password)
        response = enter(request, tokens, target)
    except Refusal as refusal:
        if refusal.code == "PASS1":
            failures[key].append(time.monotonic())
        return go("/sign_in", fault=refusal.code, **back)
    failures.pop(key, None)
    return response


def enter(request: Request, tokens: accounts.Tokens, target: str) -> Response:
    """Opens the browser session. The screen keeps the language chosen in this browser, else takes the person's own."""
    language = request.cookies.get(LANGUAGE_COOKIE)
    if language not in ("ar", "fr"):
        language = call(make_client(access_token=tokens.access), "me")["person"]["language"]
    cookie = sessions.begin(tokens, language)
    close_quietly(request)
    response = go(target)
    set_cookie(request, response, COOKIE, cookie, SESSION_AGE)
    set_cookie(request, response, LANGUAGE_COOKIE, language, YEAR, http_only=False)
    return response


def close_quietly(request: Request) -> None:
    """Signing out must work even when the backend does not answer: the cookie goes in any case."""
    if cookie := request.cookies.get(COOKIE):
        try:
            sessions.end(cookie)
        except Refusal as refusal:
            log.warning("a session could not be closed: %s", refusal.code)


@posted
def sign_out(request: Request) -> Response:
    close_quietly(request)
    response = go("/")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(request))
    return response


@posted
def redeem(request: Request) -> Response:
    """A page that just opened or recovered an account hands over a ticket (session.hand_over): it becomes the cookie's session."""
    ticket = request.state.form.get("ticket", "")
    try:
        session = sessions.read(ticket) if ticket else None
        if session is None:
            return go("/sign_in", fault="SESS1")
        call(make_client(), "session_close", p_id_hash=session.id_hash)
        return enter(request, session.tokens, inner_path(request.state.form.get("next", "/")))
    except Refusal as refusal:
        return go("/sign_in", fault=refusal.code)


@posted
def choose_language(request: Request) -> Response:
    """The cookie remembers; the open page has already changed (assets/shell.js). With `next` it answers a plain form."""
    form = request.state.form
    language = "fr" if form.get("language") == "fr" else "ar"
    response = go(inner_path(form["next"])) if "next" in form else Response(status_code=204)
    set_cookie(request, response, LANGUAGE_COOKIE, language, YEAR, http_only=False)
    return response


def confirm(request: Request) -> Response:
    """Link of a mail. Mail programs open links to look at them, so the token is only used by the button of the page."""
    kind = request.query_params.get("type", "")
    page = "/recover" if kind in ("recovery", "invite") else "/sign_up"
    return go(
        page, token_hash=request.query_params.get("token_hash", ""), type=kind, next=inner_path(request.query_params.get("next", "/"))
    )


def asset(request: Request) -> Response:
    """Fonts, stylesheet, logo, map library. Addresses carry the file's digest, so they may be kept for ever."""
    path = (ASSETS / request.path_params["path"]).resolve()
    public = any(path.is_relative_to(ASSETS / part) for part in ("fonts/web", "leaflet")) or path in PUBLIC_FILES
    if not public or not path.is_file():
        return PlainTextResponse("404", status_code=404)
    kept = f"public, max-age={YEAR}, immutable" if "v" in request.query_params or path.suffix == ".woff2" else "public, max-age=3600"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(path, media_type="font/woff2" if path.suffix == ".woff2" else kind, headers={"Cache-Control": kept})


PUBLIC_FILES = {ASSETS / "style.css", ASSETS / "logo.svg"}


def script(request: Request) -> Response:
    kept = f"public, max-age={YEAR}, immutable" if "v" in request.query_params else "public, max-age=3600"
    return Response(shell_script(), media_type="text/javascript", headers={"Cache-Control": kept})


def page(request: Request) -> Response:
    """The first HTML of every page, already in the reader's language and direction."""
    language = language_of(request)
    return HTMLResponse(
        first_html(language), headers={"Cache-Control": "no-cache", "Content-Language": language, "Vary": "Cookie, Accept-Language"}
    )


def unknown(request: Request) -> Response:
    """An address that leads nowhere: our frame again, in which the script says so and shows the home page."""
    if "." in request.path_params["path"]:
        return PlainTextResponse("404", status_code=404)
    answer = page(request)
    answer.status_code = 404
    return answer


def routes(page_paths: list[str]) -> list[Route]:
    """page_paths: addresses of the pages without the slash."""
    return [
        Route("/session/sign-in", sign_in, methods=["POST"]),
        Route("/session/sign-out", sign_out, methods=["POST"]),
        Route("/session/redeem", redeem, methods=["POST"]),
        Route("/session/language", choose_language, methods=["POST"]),
        Route("/session/confirm", confirm),
        Route("/assets/shell.js", script),
        Route("/assets/{path:path}", asset),
        Route("/", page),
        *[Route(f"/{path}", page) for path in page_paths],
        Route("/{path}", unknown),
    ]


CONTENT_POLICY = "; ".join(
    [  # every script comes from a file of ours; blob: carries the code of components
        "default-src 'self'",
        "script-src 'self' blob: 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:{tiles}",
        "font-src 'self' data:",
        "connect-src 'self' {sockets} data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "frame-ancestors 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)


class SecurityHeaders:
    """Pure ASGI: adds headers to every HTTP answer and touches nothing else."""

    def __init__(self, app):
        self.app = app
        public = urlsplit(os.environ.get("PUBLIC_URL", ""))
        tiles = urlsplit(os.environ.get("SHUBBAK_MAP_TILES", ""))
        sockets = f"wss://{public.netloc}" if public.scheme == "https" else "ws: wss:"
        policy = CONTENT_POLICY.format(sockets=sockets, tiles=f" {tiles.scheme}://{tiles.netloc.split('}')[-1]}" if tiles.netloc else "")
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"SAMEORIGIN"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=()"),
        ]
        if public.scheme == "https":
            self.headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope, receive, send):
        async def answer(message):
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *[pair for pair in self.headers if pair[0] not in given]]
            await send(message)

        await self.app(scope, receive, answer if scope["type"] == "http" else send)
