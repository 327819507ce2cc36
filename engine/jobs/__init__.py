"""Durable queue, job states, provenance."""

from engine.jobs.owner import Owner, is_alive, this_process
from engine.jobs.provenance import environment, job_hash, provenance_details
from engine.jobs.states import (
    ALLOWED,
    STATE_NAMES,
    Active,
    Assembling,
    Cancelled,
    Checking,
    Delivered,
    Ended,
    Failed,
    Generating,
    Interrupted,
    Planning,
    Queued,
    Review,
    State,
    is_active,
    state_name,
)
from engine.jobs.store import Job, JobStore, Moment, Request

__all__ = [
    "ALLOWED",
    "STATE_NAMES",
    "Active",
    "Assembling",
    "Cancelled",
    "Checking",
    "Delivered",
    "Ended",
    "Failed",
    "Generating",
    "Interrupted",
    "Job",
    "JobStore",
    "Moment",
    "Owner",
    "Planning",
    "Queued",
    "Request",
    "Review",
    "State",
    "environment",
    "is_active",
    "is_alive",
    "job_hash",
    "provenance_details",
    "state_name",
    "this_process",
]
