"""Solvers behind plain functions, arrays in and arrays out: HiGHS and CP-SAT, both from ortools.
Only this file solves programs.

Neither is the faster one everywhere: HiGHS wins where the relaxation nearly is the answer, CP-SAT
where many families are alike. They share no code, so each is a second opinion on the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver

from matching.arrays.rows import Floats, Rows
from matching.program.program import Program
from matching.solvers.answers import Relaxed, Solved

OPTIMAL = result_pb2.TERMINATION_REASON_OPTIMAL
INFEASIBLE = result_pb2.TERMINATION_REASON_INFEASIBLE
# What a sum of many prices may be off in floating point, far below the 1 by which costs differ.
# Of a large bound a share is taken off as well, as such sums err with their size. A hair too high
# would be rounded up to a whole 1, and a plan called proven that is not.
SLACK = 1e-2
SHARE = 1e-9
FAR = 2**40  # beyond what any row can come to


def relax(program: Program, seconds: float = float("inf")) -> Relaxed:
    """Solve the program with every column continuous."""
    return _relaxed(program, seconds, parameters_pb2.SOLVER_TYPE_HIGHS)


def relax_again(program: Program, seconds: float = float("inf")) -> Relaxed:
    """The same as `relax` by another solver, GLOP, for where HiGHS breaks: slower."""
    return _relaxed(program, seconds, parameters_pb2.SOLVER_TYPE_GLOP)


def _relaxed(program: Program, seconds: float, by: int) -> Relaxed:
    answer = _solve(program, _parameters(seconds, 0), True, by)
    if answer.termination.reason != OPTIMAL or not answer.solutions:
        return Relaxed(None, None)
    solution = answer.solutions[0]
    return Relaxed(
        np.array(solution.primal_solution.variable_values.values),
        np.array(solution.dual_solution.dual_values.values),
    )


def solve(
    program: Program, seconds: float = float("inf"), seed: int = 0, close: float = 0.99
) -> Solved:
    """Solve the integer program until its absolute gap is below `close`, or time runs out."""
    parameters = _parameters(seconds, seed)
    parameters.relative_gap_tolerance = 0.0
    parameters.absolute_gap_tolerance = close
    # A small pool of cuts, soon emptied: these programs need few, and a large pool takes most of
    # the time.
    parameters.highs.int_options["mip_pool_soft_limit"] = 100
    parameters.highs.int_options["mip_pool_age_limit"] = 1
    answer = _solve(program, parameters, False, parameters_pb2.SOLVER_TYPE_HIGHS)
    values = None
    if answer.solutions:
        values = np.array(answer.solutions[0].primal_solution.variable_values.values)
    bound = answer.termination.objective_bounds.dual_bound
    bound = bound - SLACK - SHARE * abs(bound) if np.isfinite(bound) else -np.inf
    return Solved(values, bound, answer.termination.reason == INFEASIBLE)


def solve_sat(
    program: Program, seconds: float = float("inf"), seed: int = 0, hint: Floats | None = None
) -> Solved:
    """The same as `solve` by CP-SAT, one worker; every number of the program must be whole.

    `hint` is a plan to begin from.
    """
    from ortools.sat.python import cp_model

    wrapper = cp_model.CpModel()
    _fill(wrapper.proto, program, hint)
    search = cp_model.CpSolver()
    search.parameters.num_workers = 1
    search.parameters.random_seed = seed % (2**31)
    search.parameters.linearization_level = (
        2  # without the whole relaxation in reach it hardly finds a plan
    )
    if seconds < 1e7:
        search.parameters.max_time_in_seconds = max(0.01, seconds)
    status = search.solve(wrapper)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(None, -np.inf, status == cp_model.INFEASIBLE)
    values = np.array(search.response_proto.solution, float)
    return Solved(values, search.best_objective_bound - SLACK)


def _fill(proto: Any, program: Program, hint: Floats | None) -> None:
    """Write columns, rows and prices straight into CP-SAT's own records; building expressions would
    take longer than solving."""
    lows = program.low.astype(int).tolist()
    highs = program.high.astype(int).tolist()
    for low, high in zip(lows, highs, strict=True):
        proto.variables.add().domain.extend([low, high])
    _fill_rows(proto, program.rows)
    on = np.flatnonzero(program.price)
    proto.objective.vars.extend(on.tolist())
    proto.objective.coeffs.extend(program.price[on].astype(int).tolist())
    proto.objective.offset = program.offset
    if hint is not None:
        proto.solution_hint.vars.extend(range(program.size))
        proto.solution_hint.values.extend(np.rint(hint).astype(int).tolist())


def _fill_rows(proto: Any, rows: Rows) -> None:
    column = rows.column.tolist()
    coefficient = rows.coefficient.astype(int).tolist()
    begin = rows.begin.tolist()
    lows = np.where(np.isfinite(rows.low), rows.low, -FAR).astype(int).tolist()
    highs = np.where(np.isfinite(rows.high), rows.high, FAR).astype(int).tolist()
    for k in range(rows.size):
        linear = proto.constraints.add().linear
        linear.vars.extend(column[begin[k] : begin[k + 1]])
        linear.coeffs.extend(coefficient[begin[k] : begin[k + 1]])
        linear.domain.extend([lows[k], highs[k]])


def _parameters(seconds: float, seed: int) -> parameters_pb2.SolveParametersProto:
    parameters = parameters_pb2.SolveParametersProto()
    parameters.random_seed = seed % (2**31)
    if seconds < 1e7:
        seconds = max(0.01, seconds)
        parameters.time_limit.seconds = int(seconds)
        parameters.time_limit.nanos = int(seconds % 1 * 1e9)
    return parameters


def _solve(
    program: Program, parameters: parameters_pb2.SolveParametersProto, relaxed: bool, by: int
) -> result_pb2.SolveResultProto:
    return solver.solve(
        _proto(program, relaxed),
        by,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        model_parameters_pb2.ModelSolveParametersProto(),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )


def _proto(program: Program, relaxed: bool) -> model_pb2.ModelProto:
    m = model_pb2.ModelProto()
    rows = program.rows
    m.variables.ids.extend(range(program.size))
    m.variables.lower_bounds.extend(program.low.tolist())
    m.variables.upper_bounds.extend(program.high.tolist())
    m.variables.integers.extend((program.whole & (not relaxed)).tolist())
    on = np.flatnonzero(program.price)
    m.objective.linear_coefficients.ids.extend(on.tolist())
    m.objective.linear_coefficients.values.extend(program.price[on].tolist())
    m.objective.offset = program.offset
    m.linear_constraints.ids.extend(range(rows.size))
    m.linear_constraints.lower_bounds.extend(rows.low.tolist())
    m.linear_constraints.upper_bounds.extend(rows.high.tolist())
    matrix = m.linear_constraint_matrix
    matrix.row_ids.extend(rows.row.tolist())
    matrix.column_ids.extend(rows.column.tolist())
    matrix.coefficients.extend(rows.coefficient.tolist())
    return m
