"""What a coordinator looks at: who sees what, boards, holes, runs, proposals, one session,
today."""
