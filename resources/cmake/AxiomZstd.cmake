# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Finds libzstd for the target AxiomState::zstd. Included by the build, and by the installed package
# of static libraries, whose users link zstd themselves. AxiomZstd_PROBLEM says what is wrong.

set(AxiomZstd_PROBLEM "")
if(TARGET AxiomState::zstd)
    return()
endif()

find_path(AxiomZstd_INCLUDE_DIR zstd.h)
find_library(AxiomZstd_LIBRARY NAMES zstd libzstd zstd_static)
mark_as_advanced(AxiomZstd_INCLUDE_DIR AxiomZstd_LIBRARY)

if(NOT AxiomZstd_INCLUDE_DIR OR NOT AxiomZstd_LIBRARY)
    set(AxiomZstd_PROBLEM "libzstd was not found")
else()
    file(STRINGS "${AxiomZstd_INCLUDE_DIR}/zstd.h" AxiomZstd_VERSION
        REGEX "#define ZSTD_VERSION_(MAJOR|MINOR|RELEASE) +[0-9]+")
    string(REGEX REPLACE "[^0-9;]" "" AxiomZstd_VERSION "${AxiomZstd_VERSION}")
    list(JOIN AxiomZstd_VERSION "." AxiomZstd_VERSION)
    if(AxiomZstd_VERSION VERSION_LESS 1.4)
        set(AxiomZstd_PROBLEM "libzstd 1.4 or newer is needed, found ${AxiomZstd_VERSION}")
    endif()
endif()
if(AxiomZstd_PROBLEM)
    string(APPEND AxiomZstd_PROBLEM
        ". Install its development files, which Debian and Ubuntu call libzstd-dev, or name its "
        "place by CMAKE_PREFIX_PATH.")
    return()
endif()

add_library(AxiomState::zstd UNKNOWN IMPORTED GLOBAL)
set_target_properties(AxiomState::zstd PROPERTIES
    IMPORTED_LOCATION "${AxiomZstd_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${AxiomZstd_INCLUDE_DIR}")
