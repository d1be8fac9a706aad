"""Tests: one module for each module of `control_map`, and the laws that every rule obeys."""
