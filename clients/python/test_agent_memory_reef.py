"""Tests what BlackBox5's agents rely on, against the Reef that REEF_URL and REEF_TOKEN name: python3 -m unittest."""

import json
import os
import tempfile
import threading
import unittest
from pathlib import Path

from agent_memory_reef import AgentMemory, MemoryContext, ReefError

ROW = {
    "session_id": "session_20260118_072634_099626_e4f37823",
    "timestamp": "2026-01-18T07:26:34.099626+00:00",
    "task": "Old task",
    "result": "Old result",
    "metadata": {"files": 2},
    "success": False,
    "duration_seconds": 12.5,
}


class AgentMemoryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = Path(folder.name)

    def memory(self, agent="tester", **rest):
        return AgentMemory(agent_id=agent, memory_base_path=self.base, **rest)

    def test_a_new_agent_is_empty_and_has_a_folder_and_a_context(self):
        memory = self.memory()
        self.assertEqual(memory.memory_path, self.base / "tester")
        self.assertTrue(memory.memory_path.is_dir())
        self.assertEqual(memory.context.agent_id, "tester")
        self.assertEqual((memory.sessions, memory.insights), ([], []))
        stats = memory.get_statistics()
        self.assertEqual((stats["total_sessions"], stats["success_rate"], stats["total_insights"]), (0, 0, 0))

    def test_what_one_object_adds_another_has_with_the_same_ids_and_fields(self):
        one = self.memory()
        session = one.add_session("Build", "Built", duration_seconds=120.5, metadata={"files": ["a.py"], "n": 150})
        insight = one.add_insight("Use bcrypt", "pattern", confidence=0.9, source_session=session)
        other = self.memory()
        self.assertEqual([row.session_id for row in other.sessions], [session])
        self.assertEqual(other.sessions[0].metadata, {"files": ["a.py"], "n": 150})
        self.assertEqual(other.sessions[0].duration_seconds, 120.5)
        self.assertIs(other.sessions[0].success, True)
        self.assertEqual([row.insight_id for row in other.insights], [insight])
        self.assertEqual(other.insights[0].source_session, session)
        self.assertRegex(session, r"^session_\d{8}_\d{6}_\d{6}_[0-9a-f]{8}$")

    def test_two_objects_on_one_agent_lose_nothing(self):
        one, other = self.memory(), self.memory()
        one.add_session("A", "1")
        other.add_session("B", "2")
        one.add_session("A2", "3")
        self.assertEqual({row["task"] for row in other.get_sessions()}, {"A", "B", "A2"})
        self.assertEqual(len(self.memory().sessions), 3)

    def test_sessions_are_listed_newest_first_and_counted(self):
        memory = self.memory()
        for task, success, seconds in (("1", True, 100), ("2", False, 50), ("3", True, 150)):
            memory.add_session(task, "r", success=success, duration_seconds=seconds)
        self.assertEqual([row["task"] for row in memory.get_sessions()], ["3", "2", "1"])
        self.assertEqual([row["task"] for row in memory.get_sessions(limit=1, successful_only=True)], ["3"])
        self.assertEqual(memory.context.statistics["failed_sessions"], 1)
        stats = memory.get_statistics()
        self.assertEqual(stats["success_rate"], 2 / 3)
        self.assertEqual((stats["total_duration_seconds"], stats["avg_duration_seconds"]), (300, 100))
        self.assertEqual(stats["memory_path"], str(memory.memory_path))

    def test_insights_are_filtered_and_listed_surest_first(self):
        memory = self.memory()
        for content, category, confidence in (
            ("Pattern 1", "pattern", 0.9),
            ("Gotcha 1", "gotcha", 0.7),
            ("Pattern 2", "pattern", 0.5),
            ("Discovery 1", "discovery", 1.0),
            ("Optimization 1", "optimization", 0.6),
        ):
            memory.add_insight(content, category, confidence=confidence)
        self.assertEqual(memory.get_insights()[0]["content"], "Discovery 1")
        self.assertEqual(len(memory.get_insights(category="pattern")), 2)
        sure = memory.get_insights(category="pattern", min_confidence=0.8)
        self.assertEqual([row["content"] for row in sure], ["Pattern 1"])
        self.assertEqual(memory.get_statistics()["insights_by_category"]["optimization"], 1)
        with self.assertRaisesRegex(ValueError, "Invalid category"):
            memory.add_insight("x", "opinion")
        self.assertEqual(len(memory.insights), 5)

    def test_the_same_words_twice_are_two_rows(self):
        memory = self.memory()
        memory.add_session("Same", "same")
        memory.add_session("Same", "same")
        memory.add_insight("Same", "pattern")
        memory.add_insight("Same", "gotcha")
        again = self.memory()
        self.assertEqual((len(again.sessions), len(again.insights)), (2, 2))
        self.assertEqual(again.context.patterns, ["Same"])

    def test_search_takes_words_letter_by_letter_in_any_case_and_else_what_reef_finds(self):
        memory = self.memory()
        memory.add_insight("Use React hooks for state management", "pattern")
        memory.add_insight("TypeScript interfaces provide type safety", "pattern")
        for query in ("react", "REACT", "React"):
            self.assertEqual([row["content"] for row in memory.search_insights(query)], ["Use React hooks for state management"])
        for number in range(10):
            memory.add_insight(f"Pattern {number}", "pattern")
        self.assertEqual(len(memory.search_insights("Pattern", limit=5)), 5)
        found = memory.search_insights("how do I manage the state of a component?")
        self.assertEqual(found[0]["content"], "Use React hooks for state management")

    def test_a_context_gains_what_is_new_and_keeps_the_rest(self):
        memory = self.memory()
        memory.add_insight("Pattern A", "pattern")
        memory.update_context({"patterns": ["Pattern A", "B"], "gotchas": ["G"], "preferences": {"language": "python"}})
        self.memory().update_context({"patterns": ["B", "C"], "preferences": {"style": "short"}, "statistics": {"x": 1}})
        context = memory.get_context()
        self.assertEqual(context["patterns"], ["Pattern A", "B", "C"])
        self.assertEqual(context["gotchas"], ["G"])
        self.assertEqual(context["preferences"], {"language": "python", "style": "short"})
        self.assertEqual((context["statistics"]["x"], context["statistics"]["total_insights"]), (1, 1))
        self.assertEqual(
            set(context),
            {"patterns", "gotchas", "discoveries", "preferences", "statistics", "created_at", "updated_at"},
        )

    def test_clearing_keeps_the_context_or_not(self):
        memory = self.memory()
        memory.add_session("Task", "Result")
        memory.add_insight("Pattern", "pattern")
        memory.update_context({"preferences": {"language": "python"}})
        memory.clear_memory()
        self.assertEqual((memory.sessions, memory.insights), ([], []))
        self.assertEqual(memory.context.patterns, ["Pattern"])
        memory.clear_memory(keep_context=False)
        self.assertEqual(memory.context.patterns, [])
        self.assertEqual(memory.get_context()["preferences"], {"language": "python"})
        self.assertEqual(memory.context.statistics["total_sessions"], 0)
        memory.add_insight("Pattern", "pattern")
        self.assertEqual(len(self.memory().insights), 1)

    def test_an_export_replaces_or_merges(self):
        one = self.memory("one")
        one.add_session("Task 1", "Result 1")
        one.add_insight("Pattern 1", "pattern")
        exported = one.export_memory()
        self.assertEqual(set(exported), {"agent_id", "sessions", "insights", "context", "statistics"})
        replaced, merged = self.memory("two"), self.memory("three")
        for memory in (replaced, merged):
            memory.add_session("Task 2", "Result 2")
            memory.add_insight("Pattern 2", "pattern")
        replaced.import_memory(exported, merge=False)
        self.assertEqual([row.task for row in replaced.sessions], ["Task 1"])
        self.assertEqual(replaced.context.patterns, ["Pattern 1"])
        merged.import_memory(exported)
        merged.import_memory(exported)
        self.assertEqual({row.task for row in merged.sessions}, {"Task 1", "Task 2"})
        self.assertEqual(set(merged.context.patterns), {"Pattern 1", "Pattern 2"})
        with self.assertRaises(TypeError):
            merged.import_memory({"sessions": [{**ROW, "extra": 1}]})

    def test_agents_are_apart(self):
        one, other = self.memory("agent-1"), self.memory("agent-2")
        one.add_session("Task of one", "r")
        other.add_insight("Insight of the other", "discovery")
        self.assertEqual((len(self.memory("agent-1").sessions), len(self.memory("agent-1").insights)), (1, 0))
        self.assertEqual((len(self.memory("agent-2").sessions), len(self.memory("agent-2").insights)), (0, 1))

    def test_threads_lose_nothing(self):
        memory = self.memory()

        def add(start):
            for number in range(start, start + 5):
                memory.add_session(f"Task {number}", "r")
                memory.add_insight(f"Insight {number}", "pattern")

        threads = [threading.Thread(target=add, args=(start,)) for start in range(0, 25, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        again = self.memory()
        self.assertEqual((len(again.sessions), len(again.insights)), (25, 25))
        self.assertEqual(again.context.statistics["total_sessions"], 25)

    def test_without_auto_save_nothing_is_sent_before_save(self):
        memory = self.memory(auto_save=False)
        memory.add_session("Later", "r")
        self.assertEqual(len(memory.get_sessions()), 1)
        self.assertEqual(self.memory().sessions, [])
        memory._save()
        self.assertEqual(len(self.memory().sessions), 1)

    def test_the_originals_files_are_imported_once_and_a_copy_is_kept_in_their_form(self):
        folder = self.base / "tester"
        folder.mkdir()
        (folder / "sessions.json").write_text(json.dumps([ROW]))
        memory = self.memory()
        self.assertEqual(memory.export_memory()["sessions"], [ROW])
        memory.add_session("New", "r")
        copy = json.loads((folder / "sessions.json").read_text())
        self.assertEqual([row["task"] for row in copy], ["Old task", "New"])
        self.assertEqual(list(copy[0]), list(ROW))
        MemoryContext(**json.loads((folder / "context.json").read_text()))
        self.assertEqual(len(self.memory().sessions), 2)

    def test_a_file_of_another_schema_is_never_overwritten(self):
        folder = self.base / "tester"
        folder.mkdir()
        text = json.dumps({"sessions": [{"problem": "p", "iterations": []}], "metadata": {}})
        (folder / "sessions.json").write_text(text)
        with self.assertRaisesRegex(ValueError, "sessions.json is not a file of AgentMemory"):
            self.memory()
        self.assertEqual((folder / "sessions.json").read_text(), text)
        os.replace(folder / "sessions.json", folder / "kept.json")
        memory = self.memory()
        (folder / "insights.json").write_text(text)
        memory.add_insight("Kept by Reef", "pattern")
        self.assertEqual((folder / "insights.json").read_text(), text)
        self.assertEqual(len(self.memory().insights), 1)

    def test_an_agent_id_cannot_leave_its_folder(self):
        for agent in ("../../escape", "a/b", "..", "", "a\\b", "a\0b"):
            with self.assertRaises(ValueError):
                self.memory(agent)
        self.assertEqual(list(self.base.iterdir()), [])

    def test_a_write_that_reef_did_not_keep_raises_and_is_sent_with_the_next(self):
        memory = self.memory()
        right = memory._reef._token
        memory._reef._token = "wrong"
        with self.assertRaisesRegex(ReefError, "401"):
            memory.add_session("First", "r")
        memory._reef._token = right
        memory.add_session("Second", "r")
        self.assertEqual({row.task for row in self.memory().sessions}, {"First", "Second"})


if __name__ == "__main__":
    unittest.main()
