"""AgentMemory for BlackBox5's agents, kept by Reef instead of in three JSON files.

It has the class, the methods and the returned shapes of BlackBox5's AgentMemory, so that an agent changes one line:

    from agent_memory_reef import AgentMemory

What is better than with files: two processes of one agent lose nothing, a write is on disk or raises, an agent's id
cannot leave its folder, a file of another schema is never overwritten, and `search_insights` finds related words where
no insight has the query letter by letter. A person reads, corrects and forgets all of it in Reef's console.

It needs Python 3.9 and nothing else. It finds Reef by REEF_URL (http://127.0.0.1:18900 without it) and signs in with
REEF_TOKEN, or with the token in REEF_TOKEN_FILE, or with the one that a Reef on this machine wrote to ~/.reef/token.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import warnings
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional

__all__ = ["AgentMemory", "MemoryContext", "MemoryInsight", "MemorySession", "ReefError"]

CATEGORIES = ("pattern", "gotcha", "discovery", "optimization")
_POINTER = "reef.json"
_ROWS = "AgentMemory"
_CONTEXT = "AgentMemory context"
_ROWS_AT_ONCE = 200
_TRIES = 4


class ReefError(OSError):
    """Reef could not be reached, or refused. Nothing was kept of the call that raised it."""

    def __init__(self, message: str, status: Optional[int] = None):
        super().__init__(message)
        self.status = status


@dataclass
class MemorySession:
    """One finished task."""

    session_id: str
    timestamp: str
    task: str
    result: str
    metadata: Dict[str, Any] = field(default_factory=dict)
    success: bool = True
    duration_seconds: Optional[float] = None


@dataclass
class MemoryInsight:
    """One thing that the agent has learned. `confidence` is between 0 and 1."""

    insight_id: str
    timestamp: str
    content: str
    category: str
    confidence: float = 1.0
    source_session: Optional[str] = None
    metadata: Dict[str, Any] = field(default_factory=dict)


@dataclass
class MemoryContext:
    """What the agent has learned over all its sessions."""

    context_id: str
    agent_id: str
    created_at: str
    updated_at: str
    patterns: List[str] = field(default_factory=list)
    gotchas: List[str] = field(default_factory=list)
    discoveries: List[str] = field(default_factory=list)
    preferences: Dict[str, Any] = field(default_factory=dict)
    statistics: Dict[str, Any] = field(default_factory=dict)


class AgentMemory:
    """The memory of one agent: a bot of Reef that has the agent's id as its name.

    The folder `memory_base_path / agent_id` holds `reef.json`, which names the bot, and a copy in the original's three
    files for programs that read them; Reef has what counts. Files that the original wrote there are imported once.
    Without a base path, an agent without a folder takes the bot of its name; `bot_id` names one. With `auto_save=False`,
    what is added waits for `_save()`.
    """

    def __init__(
        self,
        agent_id: str,
        memory_base_path: Optional[Path] = None,
        auto_save: bool = True,
        *,
        bot_id: Optional[str] = None,
        url: Optional[str] = None,
        token: Optional[str] = None,
    ):
        _check_agent_id(agent_id)
        self.agent_id = agent_id
        self.auto_save = auto_save
        self._lock = threading.RLock()
        self._reef = _Reef(url, token)
        self._waiting: List[Any] = []
        self._is_context_changed = False
        is_default = memory_base_path is None
        self.memory_path = (_default_base() if is_default else Path(memory_base_path)) / agent_id
        self.sessions_file = self.memory_path / "sessions.json"
        self.insights_file = self.memory_path / "insights.json"
        self.context_file = self.memory_path / "context.json"
        self.sessions: List[MemorySession] = []
        self.insights: List[MemoryInsight] = []
        self.context: Optional[MemoryContext] = None
        self.bot_id = bot_id or self._read_pointer() or self._take_bot(by_name=is_default)
        self._load()

    # Sessions and insights

    def add_session(
        self,
        task: str,
        result: str,
        success: bool = True,
        duration_seconds: Optional[float] = None,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> str:
        """Keep a finished task and return its id."""
        session = MemorySession(
            _new_id("session"), _now(), task, result, dict(metadata or {}), bool(success), duration_seconds
        )
        with self._lock:
            self.sessions.append(session)
            self._count("total_sessions")
            self._count("successful_sessions" if success else "failed_sessions")
            self._add(session)
        return session.session_id

    def add_insight(
        self,
        content: str,
        category: str,
        confidence: float = 1.0,
        source_session: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> str:
        """Keep something learned and return its id. Raises ValueError for a category that does not exist."""
        if category not in CATEGORIES:
            raise ValueError(f"Invalid category: {category}. Must be: {', '.join(CATEGORIES[:-1])}, or {CATEGORIES[-1]}")
        insight = MemoryInsight(
            _new_id("insight"), _now(), content, category, confidence, source_session, dict(metadata or {})
        )
        with self._lock:
            self.insights.append(insight)
            known = {
                "pattern": self.context.patterns,
                "gotcha": self.context.gotchas,
                "discovery": self.context.discoveries,
            }.get(category)
            if known is not None and content not in known:
                known.append(content)
            self._count("total_insights")
            self._add(insight)
        return insight.insight_id

    def get_sessions(self, limit: Optional[int] = None, successful_only: bool = False) -> List[Dict[str, Any]]:
        """Return the finished tasks, newest first."""
        self._refresh()
        found = [row for row in self.sessions if row.success or not successful_only]
        found.sort(key=lambda row: row.timestamp, reverse=True)
        return [asdict(row) for row in (found[:limit] if limit else found)]

    def get_insights(
        self, category: Optional[str] = None, min_confidence: float = 0.0, limit: Optional[int] = None
    ) -> List[Dict[str, Any]]:
        """Return what was learned, surest first."""
        self._refresh()
        found = [row for row in self.insights if row.confidence >= min_confidence]
        if category:
            found = [row for row in found if row.category == category]
        found.sort(key=lambda row: (row.confidence, row.timestamp), reverse=True)
        return [asdict(row) for row in (found[:limit] if limit else found)]

    def search_insights(self, query: str, limit: int = 10) -> List[Dict[str, Any]]:
        """Return the insights that have the query in them, surest first; if none has, those that Reef finds, best first."""
        self._refresh()
        wanted = query.lower()
        found = [row for row in self.insights if wanted in row.content.lower()]
        found.sort(key=lambda row: row.confidence, reverse=True)
        if not found and query.strip():
            found = self._search(query, limit or 10)
        return [asdict(row) for row in (found[:limit] if limit else found)]

    # Context

    def get_context(self) -> Dict[str, Any]:
        """Return what the agent has learned over all its sessions."""
        self._refresh()
        context = asdict(self.context)
        return {key: value for key, value in context.items() if key not in ("context_id", "agent_id")}

    def update_context(self, updates: Dict[str, Any]) -> None:
        """Add to the lists what they do not have yet, and change the given preferences and statistics."""
        self._refresh()
        with self._lock:
            for name in ("patterns", "gotchas", "discoveries"):
                known = getattr(self.context, name)
                known.extend(item for item in dict.fromkeys(updates.get(name, [])) if item not in known)
            self.context.preferences.update(updates.get("preferences", {}))
            self.context.statistics.update(updates.get("statistics", {}))
            self._is_context_changed = True
            if self.auto_save:
                self._save()

    def get_statistics(self) -> Dict[str, Any]:
        """Return how much there is, and how it went."""
        self._refresh()
        sessions, insights = self.sessions, self.insights
        successes = sum(1 for row in sessions if row.success)
        seconds = sum(row.duration_seconds for row in sessions if row.duration_seconds is not None)
        return {
            "agent_id": self.agent_id,
            "memory_path": str(self.memory_path),
            "total_sessions": len(sessions),
            "successful_sessions": successes,
            "failed_sessions": len(sessions) - successes,
            "success_rate": successes / len(sessions) if sessions else 0.0,
            "total_duration_seconds": seconds,
            "avg_duration_seconds": seconds / len(sessions) if sessions else 0,
            "total_insights": len(insights),
            "insights_by_category": {
                name: sum(1 for row in insights if row.category == name) for name in CATEGORIES
            },
            "context_size": {
                "patterns": len(self.context.patterns),
                "gotchas": len(self.context.gotchas),
                "discoveries": len(self.context.discoveries),
            },
        }

    # The whole

    def clear_memory(self, keep_context: bool = True) -> None:
        """Forget sessions and insights. Reef can restore them for 30 days; what the bot learned in Reef itself stays."""
        with self._lock:
            self._waiting.clear()
            context = self.context
            if not keep_context:
                context = MemoryContext(
                    context.context_id,
                    context.agent_id,
                    context.created_at,
                    _now(),
                    preferences=context.preferences,
                    statistics=_no_statistics(),
                )
            self._forget()
            self._send(context=context)
            self._load()
            self._copy()

    def export_memory(self) -> Dict[str, Any]:
        """Return everything as one dictionary, which the original's `import_memory` takes."""
        self._refresh()
        return {
            "agent_id": self.agent_id,
            "sessions": [asdict(row) for row in self.sessions],
            "insights": [asdict(row) for row in self.insights],
            "context": asdict(self.context),
            "statistics": self.get_statistics(),
        }

    def import_memory(self, data: Dict[str, Any], merge: bool = True) -> None:
        """Take in what `export_memory` returned. Without `merge`, it replaces what is here."""
        sessions = [MemorySession(**row) for row in data.get("sessions", [])]
        insights = [MemoryInsight(**row) for row in data.get("insights", [])]
        given = MemoryContext(**data["context"]) if data.get("context") else None
        with self._lock:
            if self._waiting or self._is_context_changed:
                self._save()
            context = self.context
            if given is not None:
                context = given if not merge else _merge(self.context, given)
            if not merge:
                self._forget()
            self._send([*sessions, *insights], context)
            self._load()
            self._copy()

    # How it is kept

    def _load(self) -> None:
        """Read everything from Reef."""
        data = self._reef.call("GET", f"/v1/bots/{self.bot_id}/memories/export?format=agent-memory")
        with self._lock:
            self.sessions = [MemorySession(**row) for row in data["sessions"]]
            self.insights = [MemoryInsight(**row) for row in data["insights"]]
            self.context = MemoryContext(**data["context"])
            self.context.agent_id = self.agent_id
            self.context.statistics = {**_no_statistics(), **self.context.statistics}

    def _refresh(self) -> None:
        """Another process of this agent may have added something. What waits here is not lost."""
        with self._lock:
            if not self._waiting and not self._is_context_changed:
                self._load()

    def _save(self) -> None:
        """Send what was added. Raises ReefError if Reef did not keep it; it is sent again with the next call."""
        with self._lock:
            self.context.updated_at = _now()
            self._send(self._waiting, self.context)
            self._waiting = []
            self._is_context_changed = False
            self._copy()

    def _copy(self) -> None:
        """Write the original's files, unless a file there is of another schema. That it fails loses nothing."""
        rows = [asdict(row) for row in self.sessions]
        parts = (
            (self.sessions_file, MemorySession, rows),
            (self.insights_file, MemoryInsight, [asdict(row) for row in self.insights]),
            (self.context_file, MemoryContext, asdict(self.context)),
        )
        try:
            for path, kind, value in parts:
                if _is_own(path, kind):
                    _replace(path, json.dumps(value, indent=2))
        except OSError as error:
            warnings.warn(f"The copy in {self.memory_path} was not written: {error}", stacklevel=3)

    def _add(self, row: Any) -> None:
        self._waiting.append(row)
        self._is_context_changed = True
        if self.auto_save:
            self._save()

    def _count(self, name: str) -> None:
        self.context.statistics[name] = self.context.statistics.get(name, 0) + 1

    def _send(self, rows: Optional[List[Any]] = None, context: Optional[MemoryContext] = None) -> None:
        rows = list(rows or [])
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            self._import(
                _ROWS,
                sessions=[asdict(row) for row in part if isinstance(row, MemorySession)],
                insights=[asdict(row) for row in part if isinstance(row, MemoryInsight)],
            )
        if context is not None:
            self._import(_CONTEXT, context=asdict(context))

    def _import(self, name: str, **parts: Any) -> None:
        text = json.dumps({"agent_id": self.agent_id, **parts})
        body = {"format": "agent-memory", "text": text, "name": name}
        report = self._reef.call("POST", f"/v1/bots/{self.bot_id}/memories/import", body)
        if report["refused"]:
            raise ReefError(f"Reef refused a row: {report['refused'][0]['reason']}", 400)

    def _forget(self) -> None:
        """Forget every memory that came from an AgentMemory, with its context."""
        ids: List[str] = []
        cursor: Optional[str] = None
        while True:
            query = {"limit": "1000", "state": "active", "without": "entry", **({"cursor": cursor} if cursor else {})}
            page = self._reef.call("GET", f"/v1/bots/{self.bot_id}/memories?{urllib.parse.urlencode(query)}")
            ids += [item["id"] for item in page["items"] if "agentMemory" in item["metadata"]]
            cursor = page.get("next")
            if not cursor:
                break
        for start in range(0, len(ids), 1000):
            self._reef.call("POST", f"/v1/bots/{self.bot_id}/memories/forget", {"ids": ids[start : start + 1000]})

    def _search(self, query: str, limit: int) -> List[MemoryInsight]:
        asked = urllib.parse.urlencode({"q": query[:10_000], "k": str(min(100, limit)), "without": "entry", "explain": "false"})
        hits = self._reef.call("GET", f"/v1/bots/{self.bot_id}/memories/search?{asked}")["items"]
        by_content = {row.content.strip(): row for row in self.insights}
        texts = [hit["memory"]["text"].strip() for hit in hits]
        return [by_content[text] for text in texts if text in by_content]

    def _read_pointer(self) -> Optional[str]:
        try:
            return json.loads((self.memory_path / _POINTER).read_text("utf-8"))["botId"]
        except FileNotFoundError:
            return None

    def _take_bot(self, by_name: bool) -> str:
        """Find or create the bot, import what the original left in the folder, then write which bot it is."""
        parts = {}
        for name, path, kind in (
            ("sessions", self.sessions_file, MemorySession),
            ("insights", self.insights_file, MemoryInsight),
            ("context", self.context_file, MemoryContext),
        ):
            if not _is_own(path, kind):
                raise ValueError(f"{path} is not a file of AgentMemory; nothing was changed")
            if path.exists():
                parts[name] = json.loads(path.read_text("utf-8"))
        named = self._reef.bots(self.agent_id) if by_name else []
        if len(named) > 1:
            raise ValueError(f"Several bots of Reef are named {self.agent_id}: pass bot_id")
        self.bot_id = named[0] if named else self._reef.call("POST", "/v1/bots", {"name": self.agent_id})["id"]
        if parts:
            self._import(_ROWS, **parts)
        self.memory_path.mkdir(parents=True, exist_ok=True)
        _replace(self.memory_path / _POINTER, json.dumps({"botId": self.bot_id}))
        return self.bot_id


class _Reef:
    """Calls Reef. A call that did not arrive is repeated: each row has an id, and counts once."""

    def __init__(self, url: Optional[str], token: Optional[str]):
        self._url = (url or os.environ.get("REEF_URL") or "http://127.0.0.1:18900").rstrip("/")
        self._token = token or os.environ.get("REEF_TOKEN") or _read_token()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(self._url + path, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode("utf-8")
        # A bot that is created twice would be two; everything else can be repeated.
        tries = 1 if (method, path) == ("POST", "/v1/bots") else _TRIES
        for attempt in range(1, tries + 1):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    text = answer.read().decode("utf-8")
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code not in (429, 502, 503, 504) or attempt == tries:
                    raise ReefError(f"Reef refused ({error.code}): {_reason(error)}", error.code) from None
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                if attempt == tries:
                    raise ReefError(f"Reef cannot be reached at {self._url}: {error}") from error
            time.sleep(0.2 * 2**attempt)
        raise AssertionError("unreachable")

    def bots(self, name: str) -> List[str]:
        found: List[str] = []
        cursor: Optional[str] = None
        while True:
            query = urllib.parse.urlencode({"limit": "1000", **({"cursor": cursor} if cursor else {})})
            page = self.call("GET", f"/v1/bots?{query}")
            found += [bot["id"] for bot in page["items"] if bot["name"] == name]
            cursor = page.get("next")
            if not cursor:
                return found


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return json.loads(error.read().decode("utf-8"))["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return error.reason


def _read_token() -> str:
    folder = Path(os.environ.get("REEF_DATA") or Path.home() / ".reef")
    path = Path(os.environ.get("REEF_TOKEN_FILE") or folder / "token")
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise ReefError(f"Reef's token cannot be read from {path}: set REEF_TOKEN") from error


def _check_agent_id(agent_id: str) -> None:
    is_name = isinstance(agent_id, str) and agent_id.strip() not in ("", ".", "..")
    if not is_name or any(mark in agent_id for mark in "/\\\0") or len(agent_id) > 100:
        raise ValueError(f"Invalid agent_id: {agent_id!r}. Must be a name without slashes, of at most 100 characters")


def _default_base() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "blackbox5").exists():
            return folder / "blackbox5" / "data" / "memory"
    return here / "blackbox5" / "data" / "memory"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def _new_id(prefix: str) -> str:
    return f"{prefix}_{datetime.now(timezone.utc).strftime('%Y%m%d_%H%M%S_%f')}_{uuid.uuid4().hex[:8]}"


def _no_statistics() -> Dict[str, Any]:
    return {"total_sessions": 0, "successful_sessions": 0, "failed_sessions": 0, "total_insights": 0}


def _replace(path: Path, text: str) -> None:
    """A reader sees the file before or after, never half of it."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _is_own(path: Path, kind: type) -> bool:
    """True for a file that is missing, or that the original could load."""
    try:
        value = json.loads(path.read_text("utf-8"))
        for row in [value] if kind is MemoryContext else value:
            kind(**row)
        return kind is MemoryContext or isinstance(value, list)
    except FileNotFoundError:
        return True
    except (TypeError, ValueError):
        return False


def _merge(one: MemoryContext, other: MemoryContext) -> MemoryContext:
    for name in ("patterns", "gotchas", "discoveries"):
        known = getattr(one, name)
        known.extend(item for item in getattr(other, name) if item not in known)
    one.preferences.update(other.preferences)
    return one
