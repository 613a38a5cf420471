# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

message(FATAL_ERROR "A Qt that is too old was taken")
