# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Stands for a Qt that is too old.
set(PACKAGE_VERSION 6.2.4)
if(PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
