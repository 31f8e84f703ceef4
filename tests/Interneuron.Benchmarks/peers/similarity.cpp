// Principal subspace by similarity matching, online: y = M^-1 W x, W += a (y x^T - W), M += b (y y^T - M).
// g++ -O3 -march=native similarity.cpp -o similarity; ./similarity N K STEPS FILE: N rows of float64, one a component.
// Each step takes ten samples drawn at random. M is factored once a step by Cholesky's method; prints samples a second.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

static const int B = 10;

template <int N, int K>
static double learn(long steps, const std::vector<double>& samples, double& check)
{
    const long rows = samples.size() / N;
    const double rateW = 1e-2, rateM = 2e-2;
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    alignas(64) double W[K][N], M[K][K], L[K][K], reciprocal[K], x[B][N], y[B][K], dW[K][N], dM[K][K];
    for (int k = 0; k < K; k++)
    {
        for (int a = 0; a < N; a++)
            W[k][a] = normal(random) / std::sqrt(double(N));
        for (int l = 0; l < K; l++)
            M[k][l] = k == l;
    }
    const auto start = std::chrono::steady_clock::now();
    for (long step = 0; step < steps; step++)
    {
        for (int b = 0; b < B; b++)
        {
            const double* row = &samples[(random() % rows) * N];
            for (int a = 0; a < N; a++)
                x[b][a] = row[a];
        }
        for (int j = 0; j < K; j++)
        {
            double pivot = M[j][j];
            for (int i = 0; i < j; i++)
                pivot -= L[j][i] * L[j][i];
            reciprocal[j] = 1 / std::sqrt(pivot);
            for (int k = j + 1; k < K; k++)
            {
                double value = M[k][j];
                for (int i = 0; i < j; i++)
                    value -= L[k][i] * L[j][i];
                L[k][j] = value * reciprocal[j];
            }
        }
        for (int b = 0; b < B; b++)
        {
            for (int k = 0; k < K; k++)
            {
                double value = 0;
                for (int a = 0; a < N; a++)
                    value += W[k][a] * x[b][a];
                for (int l = 0; l < k; l++)
                    value -= L[k][l] * y[b][l];
                y[b][k] = value * reciprocal[k];
            }
            for (int k = K - 1; k >= 0; k--)
            {
                double value = y[b][k];
                for (int l = k + 1; l < K; l++)
                    value -= L[l][k] * y[b][l];
                y[b][k] = value * reciprocal[k];
            }
        }
        for (int k = 0; k < K; k++)
        {
            for (int a = 0; a < N; a++)
                dW[k][a] = 0;
            for (int l = 0; l < K; l++)
                dM[k][l] = 0;
        }
        for (int b = 0; b < B; b++)
            for (int k = 0; k < K; k++)
            {
                for (int a = 0; a < N; a++)
                    dW[k][a] += y[b][k] * x[b][a];
                for (int l = 0; l < K; l++)
                    dM[k][l] += y[b][k] * y[b][l];
            }
        for (int k = 0; k < K; k++)
        {
            for (int a = 0; a < N; a++)
                W[k][a] += rateW * (dW[k][a] / B - W[k][a]);
            for (int l = 0; l < K; l++)
                M[k][l] += rateM * (dM[k][l] / B - M[k][l]);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    check = M[0][0];
    return steps * double(B) / seconds;
}

int main(int count, char** arguments)
{
    if (count != 5 || std::atoi(arguments[1]) != 8 || std::atoi(arguments[2]) != 8)
    {
        std::fprintf(stderr, "similarity 8 8 STEPS FILE\n");
        return 2;
    }
    const int n = 8;
    std::FILE* file = std::fopen(arguments[4], "rb");
    if (!file)
        return 1;
    std::fseek(file, 0, SEEK_END);
    const long rows = std::ftell(file) / 8 / n;
    std::rewind(file);
    std::vector<double> columns(rows * n), samples(rows * n);
    if (std::fread(columns.data(), 8, rows * n, file) != size_t(rows * n))
        return 1;
    std::fclose(file);
    for (int a = 0; a < n; a++)
        for (long i = 0; i < rows; i++)
            samples[i * n + a] = columns[a * rows + i];
    double check = 0;
    const double rate = learn<8, 8>(std::atol(arguments[3]), samples, check);
    std::printf("samples/s=%.4e check=%.6f\n", rate, check);
}
